import { randomBytes, randomInt } from 'node:crypto';
import { gzipSync, inflateRawSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { seededRandom } from '@sluice/random';
import snappy from 'snappyjs';
import { describe, expect, it } from 'vitest';
import { compressionTypes, packers, unpackers } from './compression-codecs.ts';

const kinds = ['gzip', 'snappy', 'lz4', 'zstd'] as const;
const mostBytes = 1024 * 1024;

/** What Kafka's own Java libraries (kafka-clients 4.3.0: snappy-java, lz4-java, zstd-jni) write for the text below. */
const text = 'A dead letter exists exactly once. '.repeat(8);
const writtenByJava = {
  gzip: undefined,
  snappy: 'glNOQVBQWQAAAAABAAAAAQAAADSYApBBIGRlYWQgbGV0dGVyIGV4aXN0cyBleGFjdGx5IG9uY2UuIEEg/iMA/iMA/iMAyiMA',
  lz4: 'BCJNGGBAgi4AAAD/FEEgZGVhZCBsZXR0ZXIgZXhpc3RzIGV4YWN0bHkgb25jZS4gIwDdUG5jZS4gAAAAAA==',
  zstd: 'KLUv/QBYZAEANAJBIGRlYWQgbGV0dGVyIGV4aXN0cyBleGFjdGx5IG9uY2UuIAEAkxtKPQEBAAA=',
};

const codec = (kind: (typeof kinds)[number]) => ({
  compress: async (bytes: Buffer): Promise<Buffer> => Buffer.from(packers[compressionTypes[kind]]?.(bytes) ?? []),
  decompress: async (bytes: Buffer, most = mostBytes): Promise<Buffer> =>
    (await unpackers[compressionTypes[kind]]?.(bytes, most)) ?? Buffer.alloc(0),
});

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

  it.runIf(writtenByJava[kind])('reads what Java wrote', async () => {
    expect((await codec(kind).decompress(Buffer.from(writtenByJava[kind] ?? '', 'base64'))).toString()).toBe(text);
  });

  it('unpacks up to the limit, and names the setting for what is larger', async () => {
    const { compress, decompress } = codec(kind);
    const packed = await compress(Buffer.alloc(mostBytes));
    expect(await decompress(packed)).toHaveLength(mostBytes);
    await expect(decompress(packed, mostBytes - 1)).rejects.toThrow(
      `it unpacks to more than ${mostBytes - 1} bytes, the most that KAFKA_MAX_BATCH_BYTES allows`,
    );
  });

  it('refuses bytes behind the end', async () => {
    const { compress, decompress } = codec(kind);
    const packed = Buffer.concat([await compress(Buffer.from(text)), Buffer.from('more')]);
    await expect(decompress(packed)).rejects.toThrow();
  });

  it('gives or refuses what damage leaves, within its limits of time and memory (seeded)', async () => {
    const seed = randomInt(2 ** 31);
    const { below, pick } = seededRandom(seed);
    const { compress, decompress } = codec(kind);
    const inputs = [Buffer.from(text), randomBytes(300), Buffer.alloc(100_000, 'sluice '), Buffer.alloc(0)];
    const packed = await Promise.all(inputs.map((input) => compress(input)));
    const most = 200_000;
    for (let run = 0; run < 5_000; run++) {
      const where = `seed ${seed}, run ${run}`;
      const bytes = Buffer.from(pick(packed));
      const cut = below(4) === 0 ? bytes.subarray(0, below(bytes.length)) : bytes;
      // Most damage near the beginning, where the lengths are.
      for (let hits = 1 + below(3); hits > 0 && cut.length > 0; hits--)
        cut[below(pick([cut.length, Math.min(cut.length, 24)]))] = pick([0, 255, 127, 128, below(256)]);
      const startedMs = performance.now();
      const unpacked = await decompress(cut, most).catch((error: unknown) => {
        expect(String(error), where).not.toMatch(/RangeError|TypeError/);
        return Buffer.alloc(0);
      });
      expect(unpacked.buffer.byteLength, where).toBeLessThanOrEqual(2 * most);
      expect(performance.now() - startedMs, where).toBeLessThan(2_000);
    }
  });

  it('begins as its format says', async () => {
    // LZ4: version 1, independent blocks, 64 KiB.
    const magic = { gzip: '1f8b', snappy: '82534e4150505900', lz4: '04224d186040', zstd: '28b52ffd' }[kind];
    expect((await codec(kind).compress(Buffer.from(text))).toString('hex').startsWith(magic)).toBe(true);
  });
});

const snappyFrame = (...blocks: Buffer[]) =>
  Buffer.concat([
    Buffer.from('82534e41505059000000000100000001', 'hex'),
    ...blocks.flatMap((block) => [Buffer.from([0, 0, 0, block.length]), block]),
  ]);

describe('what makes other decoders reserve memory or go on forever', () => {
  const claims2GiB = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x07]);
  const lz4 = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
  it.each([
    ['snappy blocks that claim 2 GiB', 'snappy', snappyFrame(claims2GiB, claims2GiB)],
    ['a bare snappy block that claims 2 GiB', 'snappy', claims2GiB],
    ['a snappy literal that is longer than the input', 'snappy', Buffer.from([4, 0xfc, 0xff, 0xff, 0xff, 0xff])],
    ['a snappy literal that leads back', 'snappy', Buffer.from([4, 0xfc, 0xf9, 0xff, 0xff, 0xff, 1, 2])],
    ['a snappy copy from before the beginning', 'snappy', Buffer.from([4, 0x01, 0x09])],
    ['snappy that makes less than it claims', 'snappy', Buffer.from([9, 0x00, 0x41])],
    ['an lz4 frame that claims 2 GiB', 'lz4', lz4('04224d18 6840 ffffff7f00000000 0c 00000000')],
    ['an lz4 match from before the beginning', 'lz4', lz4('04224d18 6040 82 04000000 10410900 00000000')],
    ['an lz4 length without an end', 'lz4', lz4('04224d18 6040 82 04000000 f0ffffff 00000000')],
    ['an lz4 descriptor with a wrong checksum', 'lz4', lz4('04224d18 6040 83 00000000')],
  ] as const)('refuses %s', async (_, kind, bytes) => {
    const before = process.memoryUsage().arrayBuffers;
    await expect(codec(kind).decompress(bytes)).rejects.toThrow();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
  });

  it.each([
    ['zstd', () => zstdCompressSync(Buffer.alloc(200 * 1024 * 1024))],
    ['gzip', () => gzipSync(Buffer.alloc(200 * 1024 * 1024))],
  ] as const)('stops unpacking a %s bomb at the limit, and leaves the process its turns', async (kind, make) => {
    const bomb = make();
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await expect(codec(kind).decompress(bomb, 32 * 1024 * 1024)).rejects.toThrow('KAFKA_MAX_BATCH_BYTES');
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });
});

describe('zstd', () => {
  it('writes one frame, whatever its length: Node adds an empty one where its output fills up exactly', async () => {
    const { compress } = codec('zstd');
    // Random bytes do not compress: these frames have 16,384 bytes, and a few more or less.
    for (let length = 16_384 - 32; length <= 16_384; length++) {
      const frame = await compress(randomBytes(length));
      expect(usedBytes(frame), `${length} bytes`).toBe(frame.length);
    }
  });

  it('reads frames one after another, up to the limit', async () => {
    const { decompress } = codec('zstd');
    const parts = [randomBytes(300_000), Buffer.alloc(0), Buffer.alloc(500_000, 'sluice '), Buffer.from('x')];
    const frames = parts.map((part) => zstdCompressSync(part));
    const all = Buffer.concat(parts);
    expect((await decompress(Buffer.concat(frames), all.length)).equals(all)).toBe(true);
    await expect(decompress(Buffer.concat(frames), all.length - 1)).rejects.toThrow(
      `it unpacks to more than ${all.length - 1} bytes`,
    );
    const withEmpty = zstdCompressSync(randomBytes(16_374));
    expect(usedBytes(withEmpty)).toBe(16_384);
    expect(await decompress(withEmpty, 16_374)).toHaveLength(16_374);
  });

  it('refuses a batch of empty frames, each of which costs time', async () => {
    const empty = zstdCompressSync(Buffer.alloc(0));
    const frames = Buffer.concat(Array.from({ length: 100_000 }, () => empty));
    await expect(codec('zstd').decompress(frames, 1_000_000)).rejects.toThrow('more than 1000 frames');
  });
});

/** How many bytes the first frame has. */
const usedBytes = (frames: Buffer): number =>
  (zstdDecompressSync(frames, { info: true }) as unknown as { engine: { bytesWritten: number } }).engine.bytesWritten;

describe('lz4', () => {
  it('reads a frame whose blocks refer to those before them, with all checksums, as the program lz4 writes it', async () => {
    // lz4 -BD -B4 -BX --content-size, itself packed once more.
    const frame = inflateRawSync(
      Buffer.from(
        'Y1HylYhx+ODJxAACL/UYGRj+izgqpKQmpijkpJaUpBYppFZkFpcUK6RWJCaX5FQq5Oclp+opKDP8H+HgaAA4bMJPqbpzMTIw8H8YaAcNOHgRAE4dQcwKj8oZQOkoVU+BUFKiYjr6FwA2uKHgzB1QWjbKuvcIAA==',
        'base64',
      ),
    );
    const unpacked = await codec('lz4').decompress(frame);
    expect(unpacked.equals(Buffer.alloc(150_000, 'A dead letter exists exactly once. '))).toBe(true);
    for (let at = 4; at < frame.length; at++) {
      const changed = Buffer.from(frame);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      await expect(codec('lz4').decompress(changed), `byte ${at}`).rejects.toThrow('its lz4 data are damaged');
    }
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
