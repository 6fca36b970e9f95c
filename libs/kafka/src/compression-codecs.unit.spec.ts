import { randomBytes } from 'node:crypto';
import kafkajs from 'kafkajs';
import snappy from 'snappyjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { compressionTypes, registerCompressionCodecs } from './compression-codecs.ts';

const kinds = ['snappy', 'lz4', 'zstd'] as const;

/** What Kafka's own Java libraries (kafka-clients 4.3.0: snappy-java, lz4-java, zstd-jni) write for the text below. */
const text = 'A dead letter exists exactly once. '.repeat(8);
const writtenByJava = {
  snappy: 'glNOQVBQWQAAAAABAAAAAQAAADSYApBBIGRlYWQgbGV0dGVyIGV4aXN0cyBleGFjdGx5IG9uY2UuIEEg/iMA/iMA/iMAyiMA',
  lz4: 'BCJNGGBAgi4AAAD/FEEgZGVhZCBsZXR0ZXIgZXhpc3RzIGV4YWN0bHkgb25jZS4gIwDdUG5jZS4gAAAAAA==',
  zstd: 'KLUv/QBYZAEANAJBIGRlYWQgbGV0dGVyIGV4aXN0cyBleGFjdGx5IG9uY2UuIAEAkxtKPQEBAAA=',
};

const codec = (kind: (typeof kinds)[number]) => {
  const { compress, decompress } = kafkajs.CompressionCodecs[compressionTypes[kind]]();
  return {
    compress: (bytes: Buffer): Promise<Buffer> => compress({ buffer: bytes }),
    decompress: (bytes: Buffer): Promise<Buffer> => decompress(bytes),
  };
};

beforeAll(registerCompressionCodecs);

describe.each(kinds)('%s', (kind) => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['one byte', Buffer.from('x')],
    ['what compresses well', Buffer.alloc(200_000, 'sluice ')],
    ['what does not compress', randomBytes(200_000)],
    ['exactly one block of 32 KiB', randomBytes(32 * 1024)],
    ['one byte more than a block', randomBytes(32 * 1024 + 1)],
  ])('gives back %s', async (_, bytes) => {
    const { compress, decompress } = codec(kind);
    expect((await decompress(await compress(bytes))).equals(bytes)).toBe(true);
  });

  it('compresses', async () => {
    const bytes = Buffer.alloc(200_000, 'sluice ');
    expect((await codec(kind).compress(bytes)).length).toBeLessThan(bytes.length / 10);
  });

  it('reads what Java wrote', async () => {
    expect((await codec(kind).decompress(Buffer.from(writtenByJava[kind], 'base64'))).toString()).toBe(text);
  });

  it('begins as its format says', async () => {
    // LZ4: version 1, independent blocks, 64 KiB.
    const magic = { snappy: '82534e4150505900', lz4: '04224d186040', zstd: '28b52ffd' }[kind];
    expect((await codec(kind).compress(Buffer.from(text))).toString('hex').startsWith(magic)).toBe(true);
  });
});

describe('snappy', () => {
  it('reads one bare block, as some clients write it', async () => {
    expect((await codec('snappy').decompress(snappy.compress(Buffer.from(text)))).toString()).toBe(text);
  });

  it('cuts into blocks of 32 KiB, each a snappy block with its length before it', async () => {
    const bytes = randomBytes(70_000);
    const framed = await codec('snappy').compress(bytes);
    const blocks: number[] = [];
    for (let at = 16; at < framed.length; at += 4 + framed.readUInt32BE(at)) {
      blocks.push(snappy.uncompress(framed.subarray(at + 4, at + 4 + framed.readUInt32BE(at))).length);
    }
    expect(blocks).toEqual([32_768, 32_768, 70_000 - 65_536]);
  });
});
