import { gzipSync } from 'node:zlib';
import { eventContract } from '@sluice/schemas';
import { describe, expect, it } from 'vitest';
import { cutContainer } from './avro-container.ts';
import { compileSkip, readLong, writeLong } from './avro-skip.ts';
import { cutLines } from './json-lines.ts';
import { rowPlace } from './stored-rows.ts';
import { avroFile } from './testing/warehouse.ts';

const ample = 1e9;

describe('cutting rows out of JSON lines', () => {
  const lines = Array.from(
    { length: 1000 },
    (_, n) => `{"_kafka":{"topic":"a\\"b","partition":7,"offset":${n}},"x":"${'y'.repeat(n)}"}`,
  );
  const file = gzipSync(lines.map((line) => `${line}\n`).join(''));

  it('gives these and no others, up to the end', async () => {
    for (const [from, to] of [
      [0, 1],
      [0, 1000],
      [400, 500],
      [999, 1000],
      [990, 5000],
    ] as const) {
      const { data, rows } = await cutLines(file, { from, to }, ample);
      expect(rows.map(String)).toEqual(lines.slice(from, to));
      expect(data.toString()).toBe(
        lines
          .slice(from, to)
          .map((line) => `${line}\n`)
          .join(''),
      );
    }
  });

  it('gives fewer where memory ends, one at least', async () => {
    expect((await cutLines(file, { from: 500, to: 1000 }, 1200)).rows).toHaveLength(2);
    expect((await cutLines(file, { from: 500, to: 1000 }, 1)).rows).toHaveLength(1);
  });

  it('says where there are none, or the file is none', async () => {
    await expect(cutLines(file, { from: 1000, to: 1001 }, ample)).rejects.toThrow(
      'the object has 1000 lines and none from 1000 on',
    );
    await expect(cutLines(Buffer.from('no gzip'), { from: 0, to: 1 }, ample)).rejects.toThrow(/incorrect header check/);
  });

  it('reads where a row comes from', () => {
    expect(rowPlace(Buffer.from(lines[12] ?? ''), 'JSON')).toEqual({ partition: 7, offset: 12n });
    expect(rowPlace(Buffer.from('{"x":1}'), 'JSON')).toBeUndefined();
  });
});

describe('cutting rows out of an Avro file', () => {
  const contract = eventContract({
    type: 'record',
    name: 'Log',
    sluice: { topic: 'logs', time: 'time' },
    fields: [
      { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'note', type: 'string' },
    ],
  });
  const bodies = Array.from({ length: 10 }, (_, n) =>
    Buffer.concat([writeLong(n), writeLong(n), Buffer.from('x'.repeat(n))]),
  );
  const file = avroFile(contract, bodies, 100);

  it('gives a file of these and no others, across its blocks', () => {
    const all = cutContainer(file, { from: 0, to: 10 }, ample).rows;
    expect(all.map((row) => rowPlace(row, 'AVRO'))).toEqual(
      bodies.map((_, n) => ({ partition: 0, offset: BigInt(100 + n) })),
    );
    for (const [from, to] of [
      [0, 1],
      [2, 4],
      [5, 10],
      [9, 99],
    ] as const) {
      const { data, rows } = cutContainer(file, { from, to }, ample);
      expect(rows).toEqual(all.slice(from, to));
      // What was cut out is a file again.
      expect(cutContainer(data, { from: 0, to: 99 }, ample).rows).toEqual(rows);
    }
    expect(cutContainer(file, { from: 0, to: 10 }, 1).rows).toHaveLength(1);
    expect(() => cutContainer(file, { from: 10, to: 11 }, ample)).toThrow(
      'the Avro file has 10 rows and none from 10 on',
    );
  });

  it('passes over every kind of value', () => {
    const skip = compileSkip({
      type: 'record',
      name: 'All',
      fields: [
        { name: 'a', type: 'boolean' },
        { name: 'b', type: 'float' },
        { name: 'c', type: 'double' },
        { name: 'd', type: { type: 'array', items: 'string' } },
        { name: 'e', type: { type: 'map', values: 'long' } },
        { name: 'f', type: ['null', 'All'] },
        { name: 'g', type: { type: 'fixed', name: 'F', size: 3 } },
        { name: 'h', type: { type: 'enum', name: 'E', symbols: ['X'] } },
      ],
    });
    const text = (value: string) => Buffer.concat([writeLong(value.length), Buffer.from(value)]);
    const inner = (next: Buffer) =>
      Buffer.concat([
        Buffer.alloc(1 + 4 + 8),
        ...[writeLong(2), text('p'), text('q'), writeLong(0)],
        // A block that tells its size.
        ...[writeLong(-1), writeLong(3), text('k'), writeLong(5), writeLong(0)],
        next,
        Buffer.alloc(3),
        writeLong(0),
      ]);
    const value = inner(Buffer.concat([writeLong(1), inner(writeLong(0))]));
    expect(skip(Buffer.concat([value, Buffer.from('rest')]), 0)).toBe(value.length);
    for (let length = 0; length < value.length; length++) expect(() => skip(value.subarray(0, length), 0)).toThrow();
  });

  it.each([0n, -1n, 63n, -64n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)])(
    'reads and writes the number %d',
    (value) => expect(readLong(writeLong(value), 0).value).toBe(value),
  );
});
