import { promisify } from 'node:util';
import {
  constants,
  gunzip,
  gunzipSync,
  zstdDecompress,
  zstdDecompressSync,
  type ZlibOptions,
  type ZstdOptions,
} from 'node:zlib';
import { MalformedRecords } from '../fetch/record-batch.ts';
import { tooLarge } from './unpacking.ts';

/** Below so many unpacked bytes, handing over to another thread costs more than the work. */
const shortBytes = 256 * 1024;

/** Unpacks gzip: small batches at once, what turns out to be larger on another thread. @throws MalformedRecords, and zlib's errors */
export const unpackGzip = (packed: Buffer, mostBytes: number): Promise<Buffer> =>
  unpack<ZlibOptions>(packed, mostBytes, gunzipSync, promisify(gunzip), {});

/** A window of 8 MiB is what a decoder should take at least (RFC 8878, 3.1.1.1.2). */
const leastWindowLog = 23;

/** As `unpackGzip`, for one zstd frame. It names the window that the decoder is to reserve: no more than the limit can need. */
export const unpackZstd = (packed: Buffer, mostBytes: number): Promise<Buffer> =>
  unpack<ZstdOptions>(packed, mostBytes, zstdDecompressSync, promisify(zstdDecompress), {
    params: { [constants.ZSTD_d_windowLogMax]: Math.max(leastWindowLog, Math.ceil(Math.log2(mostBytes))) },
  });

/** What zlib gives with the option `info`. */
interface Unpacked {
  readonly buffer: Buffer;
  /** How much of the input was used. */
  readonly engine: { readonly bytesWritten: number };
}

async function unpack<O>(
  packed: Buffer,
  mostBytes: number,
  atOnce: (packed: Buffer, options: O) => unknown,
  onAnotherThread: (packed: Buffer, options: O) => Promise<unknown>,
  options: O,
): Promise<Buffer> {
  const unpacked = async (): Promise<unknown> => {
    const all = { ...options, info: true };
    try {
      if (packed.length < shortBytes)
        return atOnce(packed, { ...all, maxOutputLength: Math.min(shortBytes, mostBytes) });
    } catch (error) {
      if (!isTooLarge(error)) throw error;
    }
    return onAnotherThread(packed, { ...all, maxOutputLength: mostBytes, chunkSize: shortBytes });
  };
  const { buffer, engine } = (await unpacked().catch((error: unknown) => {
    throw isTooLarge(error) ? tooLarge(mostBytes) : error;
  })) as Unpacked;
  // Node reads one zstd frame and ignores what follows.
  if (engine.bytesWritten !== packed.length) throw new MalformedRecords('bytes follow its compressed data');
  return buffer;
}

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
