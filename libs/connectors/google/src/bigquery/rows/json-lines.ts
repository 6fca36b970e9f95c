import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { RowRange } from '../table/table-chain.ts';

const lineFeed = 0x0a;
/** No line of the sink gcs comes near it, so a longer one means another file. */
const longestLine = 128 * 1024 * 1024;

/**
 * Cuts lines out of a gzip file of JSON lines, holding no more of it than these.
 *
 * @returns the lines as one text, fewer where they would be larger than `mostBytes`, and each of them
 * @throws Error when it is not gzip, or has no such lines
 */
export async function cutLines(
  file: Buffer,
  { from, to }: RowRange,
  mostBytes: number,
): Promise<{ data: Buffer; rows: Buffer[] }> {
  const rows: Buffer[] = [];
  let [number, bytes] = [0, 0];
  let isFull = false;
  let open: Buffer[] = [];
  let openBytes = 0;
  const end = () => {
    if (number >= from && number < to && !isFull) {
      const line = Buffer.concat(open);
      bytes += line.length;
      isFull = rows.length > 0 && bytes > mostBytes;
      if (!isFull) rows.push(line);
    }
    number += 1;
    [open, openBytes] = [[], 0];
  };
  for await (const chunk of Readable.from([file]).pipe(createGunzip()) as AsyncIterable<Buffer>) {
    let at = 0;
    for (let stop = chunk.indexOf(lineFeed); stop >= 0; stop = chunk.indexOf(lineFeed, at)) {
      // Lines that are not asked for are skipped, not gathered.
      if (number >= from) open.push(chunk.subarray(at, stop));
      end();
      at = stop + 1;
    }
    if (number >= from && at < chunk.length) {
      open.push(chunk.subarray(at));
      openBytes += chunk.length - at;
      if (openBytes > longestLine)
        throw new Error(`line ${number + 1} of the object has no end within ${longestLine} bytes`);
    }
    if (isFull || number >= to) break;
  }
  if (open.length > 0 && number < to) end();
  if (rows.length === 0) throw new Error(`the object has ${number} lines and none from ${from} on`);
  return { data: Buffer.concat(rows.flatMap((line) => [line, Buffer.of(lineFeed)])), rows };
}
