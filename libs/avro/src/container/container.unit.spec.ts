import { Readable } from 'node:stream';
import { deflateRawSync } from 'node:zlib';
import avsc from 'avsc';
import { describe, expect, it } from 'vitest';
import { long, text } from '../testing/avro-bytes.ts';
import { MalformedAvro } from '../walk/avro-walk.ts';
import { readContainer } from './container-reader.ts';
import { containerWriter } from './container-writer.ts';

const schema = '{"type":"record","name":"R","fields":[{"name":"n","type":"long"},{"name":"s","type":"string"}]}';
const row = (n: number) => Buffer.concat([long(n), text('x'.repeat(n))]);
const rows = (from: number, count: number) => Buffer.concat(Array.from({ length: count }, (_, n) => row(from + n)));

function written(deflate?: object): Buffer {
  const writer = containerWriter(schema, deflate);
  return Buffer.concat([writer.header(), writer.block(rows(0, 100), 100), writer.block(rows(100, 3), 3)]);
}

/** The file in chunks of a size, with everything in it. */
async function read(file: Buffer, chunkBytes = file.length) {
  const chunks = Array.from({ length: Math.ceil(file.length / chunkBytes) }, (_, n) =>
    file.subarray(n * chunkBytes, (n + 1) * chunkBytes),
  );
  const container = await readContainer(Readable.from(chunks));
  const blocks: { count: number; rows: Buffer }[] = [];
  for await (const block of container.blocks()) blocks.push({ count: block.count, rows: block.unpack() });
  return { schemaText: container.schemaText, schema: container.schema, blocks };
}

describe.each([
  ['not compressed', undefined],
  ['compressed', { level: 1 }],
])('a container file, %s', (_, deflate) => {
  const file = written(deflate);

  it('is read as it was written, however it is cut into chunks', async () => {
    for (const chunkBytes of [1, 7, 64, file.length])
      expect(await read(file, chunkBytes)).toEqual({
        schemaText: schema,
        schema: JSON.parse(schema),
        blocks: [
          { count: 100, rows: rows(0, 100) },
          { count: 3, rows: rows(100, 3) },
        ],
      });
  });

  it('is read by avsc', async () => {
    const decoder = new avsc.streams.BlockDecoder();
    const found: unknown[] = [];
    decoder.on('data', (one: unknown) => void found.push(one));
    decoder.end(file);
    await new Promise((resolve) => decoder.on('end', resolve));
    expect(found).toHaveLength(103);
    expect(found.at(-1)).toEqual({ n: 102, s: 'x'.repeat(102) });
  });

  it('is refused where it is cut short, except between blocks', async () => {
    const writer = containerWriter(schema, deflate);
    const [header, block] = [writer.header(), writer.block(rows(0, 3), 3)];
    const whole = Buffer.concat([header, block]);
    for (let length = 0; length < whole.length; length++)
      if (length !== header.length) await expect(read(whole.subarray(0, length))).rejects.toThrow(MalformedAvro);
  });
});

describe('a container file that is damaged', () => {
  const marker = Buffer.alloc(16, 1);
  const header = (codec: string, schemaText = schema) =>
    Buffer.concat([
      ...[Buffer.from('Obj\u0001'), long(2), text('avro.schema'), text(schemaText), text('avro.codec'), text(codec)],
      ...[long(0), marker],
    ]);
  const block = (count: number, packed: Buffer, end = marker) =>
    Buffer.concat([long(count), long(packed.length), packed, end]);

  it.each<[string, Buffer, RegExp]>([
    ['that has another beginning', Buffer.from('PAR1....'), /^not an Avro container file$/],
    ['with another compression', header('zstandard'), /^compressed with zstandard/],
    ['without a schema', header('null', ''), /schema is not JSON/],
    [
      'with a negative size in its header',
      Buffer.concat([Buffer.from('Obj\u0001'), long(1), long(-5)]),
      /impossible size/,
    ],
    [
      'with a huge size in its header',
      Buffer.concat([Buffer.from('Obj\u0001'), long(1), long(1e9)]),
      /impossible size/,
    ],
    ['with a negative count', Buffer.concat([header('null'), block(-1, row(1))]), /impossible count/],
    ['with a huge block', Buffer.concat([header('null'), long(1), long(1e12)]), /impossible size/],
    ['with another marker', Buffer.concat([header('null'), block(1, row(1), Buffer.alloc(16, 2))]), /marker/],
    ['with a block that is not deflated', Buffer.concat([header('deflate'), block(1, row(9))]), /cannot be unpacked/],
    [
      'with a block that unpacks to more than memory should hold',
      Buffer.concat([header('deflate'), block(1, deflateRawSync(Buffer.alloc(130 * 1024 * 1024), { level: 1 }))]),
      /cannot be unpacked/,
    ],
  ])('is refused: one %s', async (_, file, message) => {
    const error: unknown = await read(file).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MalformedAvro);
    expect((error as Error).message).toMatch(message);
  });

  it('may have metadata in several blocks, with their sizes, and no codec', async () => {
    const entry = Buffer.concat([text('avro.schema'), text('"long"')]);
    const other = Buffer.concat([text('writer'), text('me')]);
    const file = Buffer.concat([
      ...[Buffer.from('Obj\u0001'), long(-1), long(entry.length), entry, long(1), other, long(0), marker],
      block(2, Buffer.concat([long(1), long(2)])),
    ]);
    expect((await read(file)).blocks).toEqual([{ count: 2, rows: Buffer.of(2, 4) }]);
  });
});
