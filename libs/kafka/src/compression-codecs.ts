// Two packages come without types; a project that imports this library must find ours without including the file itself.
// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="./codec-modules.d.ts" />
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import kafkajs from 'kafkajs';
import lz4 from 'lz4js';
import snappy from 'snappyjs';

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** kafkajs knows gzip by itself. */
export const compressionTypes = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
} as const;

const codec = (compress: (bytes: Buffer) => Uint8Array, decompress: (bytes: Buffer) => Uint8Array) => () => ({
  compress: async (encoder: { buffer: Buffer }) => asBuffer(compress(encoder.buffer)),
  decompress: async (bytes: Buffer) => asBuffer(decompress(bytes)),
});

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Teaches kafkajs snappy, LZ4 and zstd. Its table of codecs is global to the process; filling it twice changes nothing. */
export function registerCompressionCodecs(): void {
  CompressionCodecs[CompressionTypes.Snappy] = codec(snappyFrame, snappyUnframe);
  CompressionCodecs[CompressionTypes.LZ4] = codec(lz4.compress, lz4.decompress);
  CompressionCodecs[CompressionTypes.ZSTD] = codec(
    (bytes) => zstdCompressSync(bytes),
    (bytes) => zstdDecompressSync(bytes),
  );
}

/**
 * Kafka's snappy is framed as the Java library snappy-java (xerial) does it: a magic, two version numbers, then blocks, each with
 * its length in four bytes.
 */
const snappyMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const snappyHeaderBytes = 16;
const snappyBlockBytes = 32 * 1024;

function snappyFrame(bytes: Buffer): Buffer {
  const header = Buffer.alloc(snappyHeaderBytes);
  snappyMagic.copy(header);
  header.writeUInt32BE(1, 8);
  header.writeUInt32BE(1, 12);
  const parts: Buffer[] = [header];
  for (let at = 0; at < bytes.length; at += snappyBlockBytes) {
    const block = snappy.compress(Buffer.from(bytes.subarray(at, at + snappyBlockBytes)));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}

function snappyUnframe(bytes: Buffer): Buffer {
  // Some clients write one bare block.
  if (!bytes.subarray(0, snappyMagic.length).equals(snappyMagic)) return snappy.uncompress(bytes);
  const parts: Buffer[] = [];
  for (let at = snappyHeaderBytes; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    parts.push(snappy.uncompress(bytes.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return Buffer.concat(parts);
}
