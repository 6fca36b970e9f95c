import { gzipSync } from 'node:zlib';
import { crc32c } from '../compression/crc32c.ts';

const checksum = await crc32c();

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  for (let left = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)); ; left >>= 7n) {
    if (left < 0x80n) return Buffer.from([...bytes, Number(left)]);
    bytes.push(Number(left & 0x7fn) | 0x80);
  }
}

/** A record of a batch that a test makes. */
export interface Given {
  offsetDelta: number;
  timestampDelta: number;
  key: Buffer | null;
  value: Buffer | null;
  headers: [string, Buffer | null][];
}

const bytesOf = (bytes: Buffer | null) => (bytes === null ? [varint(-1n)] : [varint(BigInt(bytes.length)), bytes]);

function recordBytes({ offsetDelta, timestampDelta, key, value, headers }: Given): Buffer {
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(BigInt(timestampDelta)),
    varint(BigInt(offsetDelta)),
    ...bytesOf(key),
    ...bytesOf(value),
    varint(BigInt(headers.length)),
    ...headers.flatMap(([name, text]) => [...bytesOf(Buffer.from(name)), ...bytesOf(text)]),
  ]);
  return Buffer.concat([varint(BigInt(body.length)), body]);
}

/** A batch as a broker sends it: https://kafka.apache.org/documentation/#recordbatch */
export function batch(
  records: readonly Given[],
  given: { base?: bigint; attributes?: number; producer?: bigint; lastDelta?: number; count?: number } & {
    /** Changes the body before it gets its checksum, as a producer with a defect does. */
    damage?: (body: Buffer) => Buffer;
  } = {},
): Buffer {
  const { base = 0n, attributes = 0, producer = -1n, count = records.length } = given;
  const plain = Buffer.concat(records.map(recordBytes));
  const packed = (attributes & 7) === 1 ? gzipSync(plain) : plain;
  const body = given.damage?.(packed) ?? packed;
  const header = Buffer.alloc(61);
  header.writeBigInt64BE(base, 0);
  header.writeInt32BE(49 + body.length, 8);
  header.writeInt8(2, 16);
  header.writeInt16BE(attributes, 21);
  header.writeInt32BE(given.lastDelta ?? records.at(-1)?.offsetDelta ?? 0, 23);
  header.writeBigInt64BE(1_700_000_000_000n, 27);
  header.writeBigInt64BE(1_700_000_009_999n, 35);
  header.writeBigInt64BE(producer, 43);
  header.writeInt32BE(count, 57);
  return withChecksum(Buffer.concat([header, body]));
}

export function withChecksum(bytes: Buffer): Buffer {
  bytes.writeUInt32BE(checksum(bytes.subarray(21)), 17);
  return bytes;
}

/** The same bytes, but one. */
export function damaged(bytes: Buffer, at: number): Buffer {
  const index = at < 0 ? bytes.length + at : at;
  return Buffer.from(bytes).fill((bytes[index] ?? 0) ^ 4, index, index + 1);
}

export const record = (offsetDelta: number, more: Partial<Given> = {}): Given => ({
  ...{ offsetDelta, timestampDelta: offsetDelta, key: null, value: Buffer.from(`v${offsetDelta}`), headers: [] },
  ...more,
});
export const marker = (type: number) => record(0, { key: Buffer.from([0, 0, 0, type]), value: Buffer.alloc(6) });
/** Attributes of a batch. */
export const [transactional, control, gzip, appendTime] = [0x10, 0x20, 0x01, 0x08];
