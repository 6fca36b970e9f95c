import { inflateRawSync } from 'node:zlib';
import { ByteWriter, compileSkip, readLong, writeLong, type AvroSchema } from '@sluice/schemas';
import type { RowRange } from '../table/table-chain.ts';

const magic = Buffer.from('Obj\u0001');
const syncBytes = 16;
/** No block of the sink gcs comes near it, unless a single record does. */
const largestBlock = 64 * 1024 * 1024;
/** A walk that continues at a place which damaged bytes name might never end. */
const damaged = 'the Avro file is damaged: it has an impossible number';

/**
 * Cuts rows out of an Avro container file: https://avro.apache.org/docs/1.12.0/specification/#object-container-files
 *
 * @returns a container file of these rows as they are, fewer where they would be larger than `mostBytes`, and the rows themselves
 * @throws Error when it is not an Avro file, or has no such rows
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
    if (count < 0n || size < 0n || end + syncBytes > file.length) throw new Error(damaged);
    at = end + syncBytes;
    if (number + Number(count) <= from) {
      number += Number(count);
      continue;
    }
    const packed = file.subarray(begin, end);
    const block = codec === 'deflate' ? inflateRawSync(packed, { maxOutputLength: largestBlock }) : packed;
    // Each row begins with its place, so none is empty. Empty rows could be more than memory holds.
    if (count > BigInt(block.length)) throw new Error(damaged);
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
  if (!file.subarray(0, magic.length).equals(magic)) throw new Error('the object is not an Avro file');
  const metadata = new Map<string, Buffer>();
  let at = magic.length;
  const counted = (): Buffer => {
    const { value, to } = readLong(file, at);
    at = to + Number(value);
    if (value < 0n || at > file.length) throw new Error(damaged);
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
  const block = Buffer.concat(rows);
  const out = new ByteWriter(schema.length + block.length + 1024);
  const counted = (bytes: Buffer) => {
    writeLong(bytes.length, out);
    out.bytes(bytes);
  };
  const sync = Buffer.alloc(syncBytes, 0x5a);
  out.bytes(magic);
  writeLong(2, out);
  counted(Buffer.from('avro.schema'));
  counted(schema);
  counted(Buffer.from('avro.codec'));
  counted(Buffer.from('null'));
  writeLong(0, out);
  out.bytes(sync);
  writeLong(rows.length, out);
  counted(block);
  out.bytes(sync);
  return out.written();
}
