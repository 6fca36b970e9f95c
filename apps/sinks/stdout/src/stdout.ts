import type { Writable } from 'node:stream';
import { ByteWriter } from '@sluice/avro';
import { delivered, undecodable, type Sink, type Verdict } from '@sluice/sink';

/** Writes each event as a line of JSON. Lines that were written cannot be recognised, so some may be repeated (G3). */
export function stdout(output: Writable): Sink {
  return {
    unknownFields: 'lines keep them',
    async open() {},
    async write({ records }, { signal }) {
      signal.throwIfAborted();
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
      await printed(output, out.written(), signal);
      return { verdicts };
    },
    async close() {},
  };
}

/** @throws the abort reason, also while the reader takes nothing */
async function printed(output: Writable, lines: Buffer, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abandon = () => resolve();
  signal.addEventListener('abort', abandon);
  output.write(lines, (error) => (error ? reject(error) : resolve()));
  await promise.finally(() => signal.removeEventListener('abort', abandon));
  signal.throwIfAborted();
}
