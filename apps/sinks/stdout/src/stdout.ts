import type { Writable } from 'node:stream';
import { ByteWriter } from '@sluice/avro';
import { delivered, type Sink } from '@sluice/sink';

/** Writes each event as a line of JSON. The smallest sink there is: what is written cannot be recognised, so it may repeat (G3). */
export function stdout(output: Writable): Sink {
  return {
    unknownFields: 'lines keep them',
    async open() {},
    async write({ records }) {
      const out = new ByteWriter();
      for (const record of records) {
        record.writeJson(out);
        out.byte(0x0a);
      }
      // Delivered is what the operating system has, not what waits in this process.
      await new Promise<void>((resolve, reject) => {
        output.write(out.written(), (error) => (error ? reject(error) : resolve()));
      });
      return { verdicts: records.map(() => delivered) };
    },
    async close() {},
  };
}
