import { setImmediate } from 'node:timers/promises';
import { createXXHash32, type IHasher } from 'hash-wasm';
import { copyLiterals, copyMatch, damaged, outputOf, type Output } from './unpacking.ts';

const magic = 0x184d2204;
/** Bits of the descriptor's first byte. */
const [independentFlag, blockChecksumFlag, sizeFlag, checksumFlag, reservedFlag, dictionaryFlag] = [32, 16, 8, 4, 2, 1];
const uncompressedFlag = 0x80000000;
const lengthMask = 0x7fffffff;
const shortestMatch = 4;
/** After so many bytes the rest of the process gets its turn. */
const bytesAtOnce = 1024 * 1024;

interface Block {
  readonly from: number;
  readonly to: number;
  readonly isCompressed: boolean;
  /** Unpacked. */
  readonly length: number;
}

let hasher: Promise<IHasher> | undefined;

/**
 * Unpacks one LZ4 frame (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md), linked blocks and checksums included. All
 * lengths are added up before anything is allocated: lz4js reserves what a damaged length claims.
 *
 * @throws MalformedRecords
 */
export async function unpackLz4(frame: Buffer, mostBytes: number): Promise<Buffer> {
  const hash = await (hasher ??= createXXHash32(0));
  const checksum = (bytes: Buffer) => Number.parseInt(hash.init().update(bytes).digest(), 16);
  const { blocks, isIndependent, size, contentChecksum } = readFrame(frame, checksum);
  let length = 0;
  for (const block of blocks) length += block.length;
  if (size !== undefined && size !== BigInt(length)) throw damaged('lz4');
  const out = outputOf(length, mostBytes);
  let turnEnds = bytesAtOnce;
  for (const { from, to, isCompressed } of blocks) {
    if (isCompressed) unpackBlock(frame, from, to, out, isIndependent ? out.at : 0);
    else copyLiterals(frame, from, to - from, out);
    if (out.at < turnEnds) continue;
    await setImmediate();
    turnEnds = out.at + bytesAtOnce;
  }
  if (contentChecksum !== undefined && checksum(out.bytes) !== contentChecksum) throw damaged('lz4');
  return out.bytes;
}

function readFrame(frame: Buffer, checksum: (bytes: Buffer) => number) {
  let at = 0;
  const need = (bytes: number): number => {
    const from = at;
    at += bytes;
    if (at > frame.length) throw damaged('lz4');
    return from;
  };
  const int32 = () => frame.readUInt32LE(need(4));
  if (int32() !== magic) throw damaged('lz4');
  const flags = frame[need(2)] as number;
  const blockSizeCode = ((frame[5] as number) >>> 4) & 7;
  if (flags >>> 6 !== 1 || (flags & (reservedFlag | dictionaryFlag)) !== 0 || blockSizeCode < 4) throw damaged('lz4');
  const largestBlock = 2 ** (8 + 2 * blockSizeCode);
  const size = (flags & sizeFlag) === 0 ? undefined : frame.readBigUInt64LE(need(8));
  const descriptor = frame.subarray(4, at);
  if (frame[need(1)] !== ((checksum(descriptor) >>> 8) & 0xff)) throw damaged('lz4');

  const blocks: Block[] = [];
  for (let word = int32(); word !== 0; word = int32()) {
    const from = need(word & lengthMask);
    const to = at;
    const isCompressed = word < uncompressedFlag;
    const length = isCompressed ? unpackedLength(frame, from, to) : to - from;
    if (length > largestBlock) throw damaged('lz4');
    if ((flags & blockChecksumFlag) !== 0 && int32() !== checksum(frame.subarray(from, to))) throw damaged('lz4');
    blocks.push({ from, to, isCompressed, length });
  }
  const contentChecksum = (flags & checksumFlag) === 0 ? undefined : int32();
  if (at !== frame.length) throw damaged('lz4');
  return { blocks, isIndependent: (flags & independentFlag) !== 0, contentChecksum, size };
}

/** Where a length in a block ended: the second result of reading it. */
let position = 0;

/** A length of 15 continues in the bytes that follow, through the first that is not 255. */
function readLength(block: Buffer, nibble: number, to: number): number {
  let length = nibble;
  if (nibble < 15) return length;
  for (;;) {
    if (position >= to) throw damaged('lz4');
    const more = block[position++] as number;
    length += more;
    if (more < 255) return length;
  }
}

/** Adds up a block's sequences (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md), without unpacking them. */
function unpackedLength(input: Buffer, from: number, to: number): number {
  let length = 0;
  for (position = from; position < to;) {
    const token = input[position++] as number;
    const literals = readLength(input, token >>> 4, to);
    position += literals;
    length += literals;
    if (position > to) throw damaged('lz4');
    // The last sequence has no match.
    if (position === to) return length;
    position += 2;
    length += readLength(input, token & 15, to) + shortestMatch;
    if (position > to) throw damaged('lz4');
  }
  return length;
}

/** Unpacks a block whose lengths have been added up. @param history where the output begins that its matches may refer to */
function unpackBlock(input: Buffer, from: number, to: number, out: Output, history: number): void {
  for (position = from; position < to;) {
    const token = input[position++] as number;
    const literals = readLength(input, token >>> 4, to);
    copyLiterals(input, position, literals, out);
    position += literals;
    if (position === to) return;
    const distance = input.readUInt16LE(position);
    position += 2;
    if (distance === 0 || distance > out.at - history) throw damaged('lz4');
    copyMatch(out, distance, readLength(input, token & 15, to) + shortestMatch);
  }
}
