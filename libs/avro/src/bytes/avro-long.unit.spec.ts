import avsc from 'avsc';
import { describe, expect, it } from 'vitest';
import { readLong, writeLong } from './avro-long.ts';
import { ByteWriter } from './byte-writer.ts';
import { concat, long } from '../testing/avro-bytes.ts';
import { MalformedAvro } from '../json/transcoder.ts';

const numbers = [0, -1, 1, 63, -64, 64, 2 ** 31, -(2 ** 31) - 1, 2 ** 48 - 1, -(2 ** 48), 2 ** 48, -(2 ** 48) - 1];
const wide = [2 ** 51 - 1, -(2 ** 51), 2 ** 52 - 1, 2 ** 52, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)];

describe('a long', () => {
  it.each([...numbers, ...wide])('is read, wherever it lies, and written: %d', (value) => {
    const avro = long(value);
    expect(readLong(avro, 0)).toEqual({ value: BigInt(value), to: avro.length });
    expect(readLong(concat(Buffer.of(0xff), avro, Buffer.of(0xff)), 1)).toEqual({
      value: BigInt(value),
      to: 1 + avro.length,
    });
    const out = new ByteWriter(1);
    writeLong(value, out);
    expect(out.written()).toEqual(avro);
    writeLong(BigInt(value), out);
    expect(out.written()).toEqual(concat(avro, avro));
  });

  it.each([...numbers, 2 ** 51 - 1, -(2 ** 51)])('is what another encoder writes: %d', (number) => {
    const avro = avsc.Type.forSchema('long').toBuffer(number);
    expect(readLong(avro, 0)).toEqual({ value: BigInt(number), to: avro.length });
  });

  it('is refused where it is cut short, has more than 64 bits, or lies outside the bytes', () => {
    const longest = long(-(2n ** 63n));
    for (let length = 0; length < longest.length; length++)
      expect(() => readLong(longest.subarray(0, length), 0)).toThrow(MalformedAvro);
    expect(() => readLong(Buffer.alloc(11, 0xff), 0)).toThrow('more than 64 bits');
    expect(() => readLong(concat(Buffer.alloc(9, 0xff), Buffer.of(2)), 0)).toThrow('more than 64 bits');
    for (const from of [-1, longest.length, 2 ** 60])
      expect(() => readLong(longest, from), String(from)).toThrow(MalformedAvro);
  });
});
