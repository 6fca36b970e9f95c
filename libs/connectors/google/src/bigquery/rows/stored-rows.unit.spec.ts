import { gzipSync } from 'node:zlib';
import { containerWriter } from '@sluice/avro';
import { eventContract } from '@sluice/contracts';
import { long, text } from '@sluice/avro/testing';
import { describe, expect, it } from 'vitest';
import { cutContainer } from './avro-container.ts';
import { cutLines } from './json-lines.ts';
import { rowPlace } from './stored-rows.ts';
import { avroFile } from '../testing/warehouse.ts';

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

  it('refuses a line without an end', async () => {
    const endless = gzipSync(Buffer.alloc(130 * 1024 * 1024, 'x'), { level: 1 });
    await expect(cutLines(endless, { from: 0, to: 1 }, ample)).rejects.toThrow(/^line 1 of the object has no end/);
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
  const bodies = Array.from({ length: 10 }, (_, n) => Buffer.concat([long(n), text('x'.repeat(n))]));
  const file = avroFile(contract, bodies, 100);

  it('gives a file of these and no others, across its blocks', async () => {
    const all = (await cutContainer(file, { from: 0, to: 10 }, ample)).rows;
    expect(all.map((row) => rowPlace(row, 'AVRO'))).toEqual(
      bodies.map((_, n) => ({ partition: 0, offset: BigInt(100 + n) })),
    );
    for (const [from, to] of [
      [0, 1],
      [2, 4],
      [5, 10],
      [9, 99],
    ] as const) {
      const { data, rows } = await cutContainer(file, { from, to }, ample);
      expect(rows).toEqual(all.slice(from, to));
      // What was cut out is a file again.
      expect((await cutContainer(data, { from: 0, to: 99 }, ample)).rows).toEqual(rows);
    }
    expect((await cutContainer(file, { from: 0, to: 10 }, 1)).rows).toHaveLength(1);
    await expect(cutContainer(file, { from: 10, to: 11 }, ample)).rejects.toThrow(
      'the Avro file has 10 rows and none from 10 on',
    );
  });

  it('refuses a block that claims more rows than memory holds', async () => {
    const container = containerWriter('{"type":"record","name":"R","fields":[]}');
    const claimed = Buffer.concat([container.header(), container.block(Buffer.alloc(0), 1e9)]);
    await expect(cutContainer(claimed, { from: 0, to: 1e9 }, ample)).rejects.toThrow('more rows than bytes');
  });
});
