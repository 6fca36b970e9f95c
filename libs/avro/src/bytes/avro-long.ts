import { AvroWalk } from '../walk/avro-walk.ts';
import type { ByteWriter } from './byte-writer.ts';

const walk = new AvroWalk();

/**
 * Reads an Avro long, a zigzag varint: https://avro.apache.org/docs/1.12.0/specification/#primitive-types-1
 *
 * @returns its value, and where it ends
 * @throws MalformedAvro when it is cut short, or has more than 64 bits
 */
export function readLong(avro: Buffer, from: number): { value: bigint; to: number } {
  walk.begin(avro, from, avro.length);
  const value = BigInt(walk.integer());
  return { value, to: walk.position };
}

/** Appends an Avro long. */
export function writeLong(value: number | bigint, out: ByteWriter): void {
  out.reserve(10);
  const { buffer } = out;
  let at = out.length;
  if (value >= 0 && value < 2 ** 52) {
    let rest = Number(value) * 2;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) buffer[at++] = (rest % 128) | 0x80;
    buffer[at++] = rest;
  } else {
    const wide = BigInt(value);
    let rest = BigInt.asUintN(64, (wide << 1n) ^ (wide >> 63n));
    for (; rest > 0x7fn; rest >>= 7n) buffer[at++] = Number(rest & 0x7fn) | 0x80;
    buffer[at++] = Number(rest);
  }
  out.length = at;
}
