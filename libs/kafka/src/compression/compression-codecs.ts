// lz4js and snappyjs come without types; a project that imports this library must find ours without including the file.
// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="./untyped-modules.d.ts" />
import { gzipSync, zstdCompressSync } from 'node:zlib';
import lz4 from 'lz4js';
import snappy from 'snappyjs';
import { unpackLz4 } from './lz4-frame.ts';
import { snappyHeaderBytes, snappyMagic, unpackSnappy } from './snappy-blocks.ts';
import { unpackGzip, unpackZstd } from './zlib-unpacking.ts';

/** As the attributes of a batch number them: https://kafka.apache.org/documentation/#recordbatch */
export const compressionTypes = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;

/**
 * Unpacks the body of a batch. No input makes it use more memory than `mostBytes` and zlib's buffers, or more time than so many bytes
 * take. Larger ones are unpacked on another thread, or let the event loop turn.
 */
export type Unpack = (packed: Buffer, mostBytes: number) => Promise<Buffer>;

/** By the number that a batch's attributes give the compression. */
export const unpackers: Readonly<Record<number, Unpack>> = {
  [compressionTypes.gzip]: unpackGzip,
  [compressionTypes.snappy]: async (packed, mostBytes) => unpackSnappy(packed, mostBytes),
  [compressionTypes.lz4]: unpackLz4,
  [compressionTypes.zstd]: unpackZstd,
};

/** By the number that a batch's attributes give the compression. */
export const packers: Readonly<Record<number, (bytes: Buffer) => Uint8Array>> = {
  [compressionTypes.gzip]: (bytes) => gzipSync(bytes),
  [compressionTypes.snappy]: (bytes) => snappyFrame(bytes),
  [compressionTypes.lz4]: (bytes) => lz4Frame(bytes),
  [compressionTypes.zstd]: (bytes) =>
    zstdCompressSync(bytes, {
      // With the size known, zstd prepares tables of that size, which is most of the work for a small batch.
      pledgedSrcSize: bytes.length,
      chunkSize: mostZstdBytes(bytes.length) + 1,
    }),
};

/**
 * The most bytes that zstd makes of so many (ZSTD_COMPRESSBOUND). Node needs room for one more: where a frame fills a chunk of its output
 * to the last byte, it asks for the end once more, and gets an empty frame, which other readers may refuse.
 */
const mostZstdBytes = (bytes: number): number => bytes + Math.floor(bytes / 256) + 64;

/**
 * An LZ4 frame (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md) begins with a magic and a descriptor: here version 1,
 * blocks that are independent of one another, 64 KiB at most, and the descriptor's checksum. Kafka's Java side reads no other
 * blocks than independent ones, which lz4js does not write in its own frames.
 */
const lz4Header = Buffer.from('04224d18604082', 'hex');
const lz4BlockBytes = 64 * 1024;
const lz4Uncompressed = 0x80000000;

function lz4Frame(bytes: Buffer): Buffer {
  const parts: Buffer[] = [lz4Header];
  const room = Buffer.allocUnsafe(lz4BlockBytes * 2);
  const hashTable = new Int32Array(1 << 16);
  for (let at = 0; at < bytes.length; at += lz4BlockBytes) {
    const block = bytes.subarray(at, at + lz4BlockBytes);
    const compressed = lz4.compressBlock(block, room, 0, block.length, hashTable.fill(0));
    const saves = compressed > 0 && compressed < block.length;
    const length = Buffer.alloc(4);
    length.writeUInt32LE(saves ? compressed : block.length + lz4Uncompressed);
    parts.push(length, saves ? Buffer.from(room.subarray(0, compressed)) : block);
  }
  return Buffer.concat([...parts, Buffer.alloc(4)]);
}

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
