import { copyLiterals, copyMatch, damaged, outputOf, type Output } from './unpacking.ts';

/**
 * Kafka's snappy is framed as the Java library snappy-java (xerial) does it: a magic, two version numbers, then blocks, each with
 * its length in four bytes.
 */
export const snappyMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
export const snappyHeaderBytes = 16;

/** Three bytes of a block make 64 at most, so what claims more than this is damaged. */
const mostBytesPerByte = 22;

/**
 * Unpacks snappy blocks in their frame, or one bare block, as some clients write it. What a block claims to unpack to is believed
 * only where its bytes can make so much: snappyjs believes it always, and its loop does not end for some lengths.
 *
 * @throws MalformedRecords
 */
export function unpackSnappy(packed: Buffer, mostBytes: number): Buffer {
  const blocks = packed.subarray(0, snappyMagic.length).equals(snappyMagic)
    ? [...framedBlocks(packed)]
    : [blockAt(packed, 0, packed.length)];
  const out = outputOf(
    blocks.reduce((sum, { length }) => sum + length, 0),
    mostBytes,
  );
  for (const block of blocks) unpackBlock(packed, block, out);
  return out.bytes;
}

interface Block {
  readonly from: number;
  readonly to: number;
  /** Unpacked. */
  readonly length: number;
}

function* framedBlocks(packed: Buffer): Generator<Block> {
  for (let at = snappyHeaderBytes; at < packed.length;) {
    const from = at + 4;
    if (from > packed.length) throw damaged('snappy');
    at = from + packed.readUInt32BE(at);
    if (at > packed.length) throw damaged('snappy');
    yield blockAt(packed, from, at);
  }
}

/** A block begins with its unpacked length as a varint: https://github.com/google/snappy/blob/main/format_description.txt */
function blockAt(packed: Buffer, from: number, to: number): Block {
  let length = 0;
  for (let [at, factor] = [from, 1]; at < to && factor <= 2 ** 28; at++, factor *= 128) {
    const byte = packed[at] as number;
    length += (byte & 0x7f) * factor;
    if (byte >= 0x80) continue;
    if (length > (to - at) * mostBytesPerByte) break;
    return { from: at + 1, to, length };
  }
  throw damaged('snappy');
}

function unpackBlock(packed: Buffer, { from, to, length }: Block, out: Output): void {
  const begin = out.at;
  const end = begin + length;
  for (let at = from; at < to;) {
    const tag = packed[at++] as number;
    const kind = tag & 3;
    if (kind === 0) {
      // A literal: a length of 60 and more says in how many bytes the length follows.
      const lengthBytes = Math.max(0, (tag >>> 2) - 59);
      if (at + lengthBytes > to) throw damaged('snappy');
      const literals = 1 + (lengthBytes === 0 ? tag >>> 2 : packed.readUIntLE(at, lengthBytes));
      at += lengthBytes;
      if (at + literals > to || out.at + literals > end) throw damaged('snappy');
      copyLiterals(packed, at, literals, out);
      at += literals;
      continue;
    }
    const offsetBytes = kind === 3 ? 4 : kind;
    if (at + offsetBytes > to) throw damaged('snappy');
    const copied = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
    const distance = packed.readUIntLE(at, offsetBytes) + (kind === 1 ? (tag >>> 5) << 8 : 0);
    at += offsetBytes;
    if (distance === 0 || distance > out.at - begin || out.at + copied > end) throw damaged('snappy');
    copyMatch(out, distance, copied);
  }
  if (out.at !== end) throw damaged('snappy');
}
