import { Readable } from 'node:stream';
import { compileSkip, containerWriter, MalformedAvro, readContainer } from '@sluice/avro';
import type { RowRange } from '../table/table-chain.ts';

/**
 * Cuts rows out of an Avro container file.
 *
 * @returns a container file of these rows as they are, fewer where they would be larger than `mostBytes`, and the rows themselves
 * @throws Error when it is not such a file, or has no such rows
 */
export async function cutContainer(
  file: Buffer,
  { from, to }: RowRange,
  mostBytes: number,
): Promise<{ data: Buffer; rows: Buffer[] }> {
  const container = await readContainer(Readable.from([file]));
  const skip = compileSkip(container.schema);
  const rows: Buffer[] = [];
  let [number, bytes] = [0, 0];
  for await (const { count, unpack } of container.blocks()) {
    if (number + count <= from) {
      number += count;
      continue;
    }
    const block = unpack();
    // Each row begins with its place. Rows without bytes could be more than memory holds.
    if (count > block.length) throw new MalformedAvro('a block with more rows than bytes');
    for (let [row, n] = [0, 0]; n < count && number < to; n++, number++) {
      const next = skip(block, row);
      if (number >= from) {
        bytes += next - row;
        if (rows.length > 0 && bytes > mostBytes) return { data: written(container.schemaText, rows), rows };
        rows.push(block.subarray(row, next));
      }
      row = next;
    }
    if (number >= to) break;
  }
  if (rows.length === 0) throw new Error(`the Avro file has ${number} rows and none from ${from} on`);
  return { data: written(container.schemaText, rows), rows };
}

function written(schema: string, rows: readonly Buffer[]): Buffer {
  const container = containerWriter(schema);
  return Buffer.concat([container.header(), container.block(Buffer.concat(rows), rows.length)]);
}
