import { inflateRawSync } from 'node:zlib';
import type { AvroSchema } from '@sluice/schemas';
import { compileSkip, readLong, writeLong } from './avro-skip.ts';
import type { RowRange } from './table-chain.ts';

const magic = Buffer.from('Obj\u0001');
const syncBytes = 16;

/**
 * Cuts rows out of an Avro container file: https://avro.apache.org/docs/1.12.0/specification/#object-container-files
 *
 * @returns a container file of these rows as they are, fewer where they would be larger than `mostBytes`, and the rows themselves
 * @throws Error when the file is none, or has no such rows
 */
export function cutContainer(
  file: Buffer,
  { from, to }: RowRange,
  mostBytes: number,
): { data: Buffer; rows: Buffer[] } {
  const { metadata, body } = readHeader(file);
  const schema = metadata.get('avro.schema');
  const codec = metadata.get('avro.codec')?.toString() ?? 'null';
  if (schema === undefined) throw new Error('the Avro file has no schema');
  if (codec !== 'null' && codec !== 'deflate') throw new Error(`the Avro file is compressed with ${codec}`);
  const skip = compileSkip(JSON.parse(schema.toString()) as AvroSchema);

  const rows: Buffer[] = [];
  let [number, bytes] = [0, 0];
  for (let at = body; at < file.length && number < to;) {
    const { value: count, to: afterCount } = readLong(file, at);
    const { value: size, to: begin } = readLong(file, afterCount);
    const end = begin + Number(size);
    at = end + syncBytes;
    if (number + Number(count) <= from) {
      number += Number(count);
      continue;
    }
    const block = codec === 'deflate' ? inflateRawSync(file.subarray(begin, end)) : file.subarray(begin, end);
    for (let [row, n] = [0, 0n]; n < count && number < to; n++, number++) {
      const next = skip(block, row);
      if (number >= from) {
        bytes += next - row;
        if (rows.length > 0 && bytes > mostBytes) return { data: container(schema, rows), rows };
        rows.push(block.subarray(row, next));
      }
      row = next;
    }
  }
  if (rows.length === 0) throw new Error(`the Avro file has ${number} rows and none from ${from} on`);
  return { data: container(schema, rows), rows };
}

function readHeader(file: Buffer): { metadata: Map<string, Buffer>; body: number } {
  if (!file.subarray(0, magic.length).equals(magic)) throw new Error('the object is no Avro file');
  const metadata = new Map<string, Buffer>();
  let at = magic.length;
  const counted = (): Buffer => {
    const { value, to } = readLong(file, at);
    at = to + Number(value);
    return file.subarray(to, at);
  };
  for (;;) {
    const { value: count, to } = readLong(file, at);
    at = to;
    if (count === 0n) return { metadata, body: at + syncBytes };
    if (count < 0n) at = readLong(file, at).to;
    for (let n = count < 0n ? -count : count; n > 0n; n--) metadata.set(counted().toString(), counted());
  }
}

function container(schema: Buffer, rows: readonly Buffer[]): Buffer {
  const counted = (bytes: Buffer) => [writeLong(bytes.length), bytes];
  const sync = Buffer.alloc(syncBytes, 0x5a);
  const block = Buffer.concat(rows);
  const metadata = [
    writeLong(2),
    ...counted(Buffer.from('avro.schema')),
    ...counted(schema),
    ...counted(Buffer.from('avro.codec')),
    ...counted(Buffer.from('null')),
    writeLong(0),
  ];
  return Buffer.concat([magic, ...metadata, sync, writeLong(rows.length), ...counted(block), sync]);
}
