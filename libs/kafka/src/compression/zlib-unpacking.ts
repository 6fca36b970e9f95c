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
export async function unpackGzip(packed: Buffer, mostBytes: number): Promise<Buffer> {
  const { buffer, engine } = await unpack<ZlibOptions>(packed, mostBytes, gunzipSync, promisify(gunzip), {});
  if (engine.bytesWritten !== packed.length) throw new MalformedRecords('bytes follow its compressed data');
  return buffer;
}

/** A window of 8 MiB is what a decoder should take at least (RFC 8878, 3.1.1.1.2). */
const leastWindowLog = 23;

/** Encoders write one frame or two. Each costs 0.2 ms however small it is, and a hostile batch has room for a hundred thousand. */
const mostFrames = 1000;

/**
 * As `unpackGzip`, for zstd frames, one after another: some encoders write several, and Node's adds an empty one where the first has a
 * multiple of 16 KiB. It names the window that the decoder is to reserve: no more than the limit can need.
 */
export async function unpackZstd(packed: Buffer, mostBytes: number): Promise<Buffer> {
  const params = { [constants.ZSTD_d_windowLogMax]: Math.max(leastWindowLog, Math.ceil(Math.log2(mostBytes))) };
  const onAnotherThread = promisify(zstdDecompress);
  const first = await unpack<ZstdOptions>(packed, mostBytes, zstdDecompressSync, onAnotherThread, { params });
  const frames = [first.buffer];
  let unpackedBytes = first.buffer.length;
  // More frames than one are rare, and tiny ones can be many: the other thread keeps the event loop free.
  for (let at = first.engine.bytesWritten; at < packed.length;) {
    if (frames.length === mostFrames)
      throw new MalformedRecords(`its compressed data has more than ${mostFrames} frames`);
    const maxOutputLength = Math.max(1, mostBytes - unpackedBytes);
    const options = { params, info: true, maxOutputLength, chunkSize: shortBytes };
    const { buffer, engine } = await orTooLarge(mostBytes, onAnotherThread(packed.subarray(at), options));
    unpackedBytes += buffer.length;
    if (unpackedBytes > mostBytes) throw tooLarge(mostBytes);
    frames.push(buffer);
    at += engine.bytesWritten;
  }
  return frames.length === 1 ? first.buffer : Buffer.concat(frames);
}

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
): Promise<Unpacked> {
  const all = { ...options, info: true };
  try {
    if (packed.length < shortBytes)
      return atOnce(packed, { ...all, maxOutputLength: Math.min(shortBytes, mostBytes) }) as Unpacked;
  } catch (error) {
    if (!isTooLarge(error)) throw error;
  }
  return orTooLarge(mostBytes, onAnotherThread(packed, { ...all, maxOutputLength: mostBytes, chunkSize: shortBytes }));
}

const orTooLarge = async (mostBytes: number, unpacking: Promise<unknown>): Promise<Unpacked> =>
  (await unpacking.catch((error: unknown) => {
    throw isTooLarge(error) ? tooLarge(mostBytes) : error;
  })) as Unpacked;

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
