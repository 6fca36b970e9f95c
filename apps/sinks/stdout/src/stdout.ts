import type { Writable } from 'node:stream';
import { ByteWriter } from '@sluice/avro';
import { delivered, undecodable, type Sink, type Verdict } from '@sluice/sink';

/** Writes each event as a line of JSON. The smallest sink there is: what is written cannot be recognised, so it may repeat (G3). */
export function stdout(output: Writable): Sink {
  return {
    unknownFields: 'lines keep them',
    async open() {},
    async write({ records }) {
      const out = new ByteWriter();
      const verdicts: Verdict[] = [];
      for (const record of records) {
        try {
          record.writeJson(out);
          out.byte(0x0a);
          verdicts.push(delivered);
        } catch (error) {
          verdicts.push(undecodable(error));
        }
      }
      // Delivered is what the operating system has, not what waits in this process.
      await new Promise<void>((resolve, reject) => {
        output.write(out.written(), (error) => (error ? reject(error) : resolve()));
      });
      return { verdicts };
    },
    async close() {},
  };
}
