import { setImmediate } from 'node:timers/promises';

/** The bytes are not bzip2, or are damaged. */
export class BrokenBzip2 extends Error {
  override readonly name = 'BrokenBzip2';
}

const blockMagic = 0x314159265359;
const endMagic = 0x177245385090;
const longestCode = 20;
const symbolsPerSelector = 50;
/** More are never used: a block has 900,000 symbols at most. */
const mostSelectors = 18_002;
const outputBytes = 64 * 1024;
/** A block's header, its selectors and its code tables take less. */
const mostHeaderBytes = 64 * 1024;

/**
 * Decompresses bzip2, one block after the other. Memory holds a block before its runs are expanded (4.5 MB), its compressed bytes
 * and a piece of output, however much the bytes unpack to: 45 bytes may become 46 MB. A block is given out only when its checksum is
 * right. Streams that follow each other are one file, as for `bzip2 -d`.
 *
 * @throws BrokenBzip2
 */
export async function* bunzip2(compressed: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  const input = new BitReader(compressed[Symbol.asyncIterator]());
  do {
    const level = await streamLevel(input);
    const block = blockDecoder(level * 100_000);
    // The longest codes that a block can be written with.
    const mostBlockBytes = mostHeaderBytes + (level * 100_000 * longestCode) / 8;
    let checksum = 0;
    for (;;) {
      await input.have(mostBlockBytes);
      const magic = input.bits(24) * 2 ** 24 + input.bits(24);
      if (magic === endMagic) break;
      if (magic !== blockMagic) throw new BrokenBzip2('no block begins where one should');
      const expected = input.bits(16) * 2 ** 16 + input.bits(16);
      const runs = block(input);
      if (runsChecksum(runs) !== expected) throw new BrokenBzip2('the checksum of a block is wrong');
      checksum = (((checksum << 1) | (checksum >>> 31)) ^ expected) >>> 0;
      yield* expanded(runs);
      // Decoding never waits: shutdown and health checks need their turn.
      await setImmediate();
    }
    const expected = input.bits(16) * 2 ** 16 + input.bits(16);
    if (checksum !== expected) throw new BrokenBzip2('the checksum of the file is wrong');
    input.toByte();
    await input.have(4);
  } while (!input.isAtEnd);
}

async function streamLevel(input: BitReader): Promise<number> {
  await input.have(4);
  const isBzip2 = input.bits(8) === 0x42 && input.bits(8) === 0x5a && input.bits(8) === 0x68;
  const level = input.bits(8) - 0x30;
  if (!isBzip2 || level < 1 || level > 9) throw new BrokenBzip2('these bytes are not bzip2');
  return level;
}

/** Reads bits, of each byte the highest first. */
class BitReader {
  readonly #source: AsyncIterator<Buffer>;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #bitsLeft = 0;
  #current = 0;
  #ended = false;

  constructor(source: AsyncIterator<Buffer>) {
    this.#source = source;
  }

  get isAtEnd(): boolean {
    return this.#ended && this.#at === this.#bytes.length;
  }

  /** Waits for so many bytes, or for all that there are. */
  async have(bytes: number): Promise<void> {
    if (this.#ended || this.#bytes.length - this.#at >= bytes) return;
    const parts = [this.#bytes.subarray(this.#at)];
    let held = this.#bytes.length - this.#at;
    // Twice as many, so that bytes are not moved for each piece.
    while (held < 2 * bytes) {
      const next = await this.#source.next();
      if (next.done === true) {
        this.#ended = true;
        break;
      }
      parts.push(next.value);
      held += next.value.length;
    }
    this.#bytes = Buffer.concat(parts);
    this.#at = 0;
  }

  bit(): number {
    if (this.#bitsLeft === 0) {
      const next = this.#bytes[this.#at];
      if (next === undefined) throw new BrokenBzip2('unexpected end of file');
      this.#at++;
      this.#current = next;
      this.#bitsLeft = 8;
    }
    this.#bitsLeft--;
    return (this.#current >>> this.#bitsLeft) & 1;
  }

  /** @param count 24 at most */
  bits(count: number): number {
    let value = 0;
    for (let missing = count; missing > 0;) {
      if (this.#bitsLeft === 0) {
        value = (value << 1) | this.bit();
        missing--;
        continue;
      }
      const taken = Math.min(missing, this.#bitsLeft);
      this.#bitsLeft -= taken;
      value = (value << taken) | ((this.#current >>> this.#bitsLeft) & ((1 << taken) - 1));
      missing -= taken;
    }
    return value;
  }

  toByte(): void {
    this.#bitsLeft = 0;
  }
}

/** A Huffman code: of each length the last code and where its symbols begin. */
interface Code {
  last: Int32Array;
  base: Int32Array;
  symbols: Uint16Array;
}

function huffmanCode(lengths: Uint8Array): Code {
  const last = new Int32Array(longestCode + 1).fill(-1);
  const base = new Int32Array(longestCode + 1);
  const symbols = new Uint16Array(lengths.length);
  let code = 0;
  let placed = 0;
  for (let length = 1; length <= longestCode; length++) {
    base[length] = placed - code;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      symbols[placed++] = symbol;
      code++;
    }
    last[length] = code - 1;
    code <<= 1;
  }
  return { last, base, symbols };
}

function nextSymbol(input: BitReader, { last, base, symbols }: Code): number {
  let code = 0;
  for (let length = 1; length <= longestCode; length++) {
    code = (code << 1) | input.bit();
    if (code <= (last[length] ?? -1)) {
      const symbol = symbols[code + (base[length] ?? 0)];
      if (symbol !== undefined) return symbol;
    }
  }
  throw new BrokenBzip2('a code stands for nothing');
}

function bytesInUse(input: BitReader): Uint8Array {
  const ranges = input.bits(16);
  const used: number[] = [];
  for (let range = 0; range < 16; range++) {
    if (((ranges >>> (15 - range)) & 1) === 0) continue;
    const bits = input.bits(16);
    for (let byte = 0; byte < 16; byte++) if (((bits >>> (15 - byte)) & 1) === 1) used.push(range * 16 + byte);
  }
  if (used.length === 0) throw new BrokenBzip2('a block uses no bytes');
  return Uint8Array.from(used);
}

/** Which code is for which fifty symbols. */
function codeSelectors(input: BitReader, codes: number): Uint8Array {
  const count = input.bits(15);
  const recent = Array.from({ length: codes }, (_, code) => code);
  const selectors = new Uint8Array(Math.min(count, mostSelectors));
  for (let n = 0; n < count; n++) {
    let place = 0;
    while (input.bit() === 1) if (++place >= codes) throw new BrokenBzip2('a block names a code that it does not have');
    const [selected = 0] = recent.splice(place, 1);
    recent.unshift(selected);
    if (n < mostSelectors) selectors[n] = selected;
  }
  return selectors;
}

function codeLengths(input: BitReader, symbols: number): Uint8Array {
  const lengths = new Uint8Array(symbols);
  let length = input.bits(5);
  for (let symbol = 0; symbol < symbols; symbol++) {
    while (input.bit() === 1) {
      length += input.bit() === 0 ? 1 : -1;
      if (length < 0 || length > longestCode + 1) break;
    }
    if (length < 1 || length > longestCode) throw new BrokenBzip2('a code has an impossible length');
    lengths[symbol] = length;
  }
  return lengths;
}

/** Decodes blocks of so many bytes at most, to the bytes before their runs are expanded; those are valid until the next block. */
function blockDecoder(mostBytes: number): (input: BitReader) => Uint8Array {
  /** In the low byte the transformed bytes, above it the place of the next one. */
  const chain = new Uint32Array(mostBytes);
  const bytes = new Uint8Array(mostBytes);

  const transformed = (input: BitReader, counts: Uint32Array): number => {
    const recent = bytesInUse(input);
    const codes = input.bits(3);
    if (codes < 2 || codes > 6) throw new BrokenBzip2('a block has an impossible number of codes');
    const selectors = codeSelectors(input, codes);
    const tables = Array.from({ length: codes }, () => huffmanCode(codeLengths(input, recent.length + 2)));
    const end = recent.length + 1;
    let filled = 0;
    let run = 0;
    let runUnit = 1;
    const add = (byte: number, times: number) => {
      if (filled + times > mostBytes) throw new BrokenBzip2('a block is longer than the file says');
      chain.fill(byte, filled, filled + times);
      counts[byte] = (counts[byte] ?? 0) + times;
      filled += times;
    };
    for (const selector of selectors) {
      const table = tables[selector];
      for (let n = 0; table !== undefined && n < symbolsPerSelector; n++) {
        const symbol = nextSymbol(input, table);
        if (symbol <= 1) {
          run += runUnit << symbol;
          runUnit <<= 1;
          if (run > mostBytes) throw new BrokenBzip2('a block is longer than the file says');
          continue;
        }
        if (run > 0) add(recent[0] ?? 0, run);
        [run, runUnit] = [0, 1];
        if (symbol === end) return filled;
        const byte = recent[symbol - 1] ?? 0;
        recent.copyWithin(1, 0, symbol - 1);
        recent[0] = byte;
        add(byte, 1);
      }
    }
    throw new BrokenBzip2('a block does not end');
  };

  return (input) => {
    if (input.bit() === 1) throw new BrokenBzip2('a block is of a bzip2 before version 0.9.5, which is not supported');
    const origin = input.bits(24);
    const counts = new Uint32Array(256);
    const length = transformed(input, counts);
    if (origin >= length) throw new BrokenBzip2('a block begins outside of itself');
    let sum = 0;
    const places = counts.map((count) => (sum += count) - count);
    for (let n = 0; n < length; n++) {
      const byte = (chain[n] ?? 0) & 0xff;
      const place = places[byte] ?? 0;
      places[byte] = place + 1;
      chain[place] = ((chain[place] ?? 0) & 0xff) | (n << 8);
    }
    for (let n = 0, place = (chain[origin] ?? 0) >>> 8; n < length; n++) {
      const entry = chain[place] ?? 0;
      bytes[n] = entry & 0xff;
      place = entry >>> 8;
    }
    return bytes.subarray(0, length);
  };
}

/** Four equal bytes are followed by how many more there are. */
const runStart = 4;

const checksums = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte << 24;
  for (let bit = 0; bit < 8; bit++) sum = (sum << 1) ^ (sum < 0 ? 0x04c11db7 : 0);
  return sum;
});

/** The CRC-32 of bzip2, which reads the highest bit first, of the bytes with their runs expanded. */
function runsChecksum(runs: Uint8Array): number {
  let sum = -1;
  let equal = 0;
  let last = -1;
  for (const byte of runs) {
    if (equal === runStart) {
      for (let n = byte; n > 0; n--) sum = (sum << 8) ^ (checksums[(sum >>> 24) ^ last] ?? 0);
      [equal, last] = [0, -1];
      continue;
    }
    equal = byte === last ? equal + 1 : 1;
    last = byte;
    sum = (sum << 8) ^ (checksums[(sum >>> 24) ^ byte] ?? 0);
  }
  return ~sum >>> 0;
}

function* expanded(runs: Uint8Array): Generator<Buffer, void, undefined> {
  let output = Buffer.allocUnsafe(outputBytes);
  let filled = 0;
  let equal = 0;
  let last = -1;
  for (const byte of runs) {
    const isCount = equal === runStart;
    if (isCount) {
      output.fill(last, filled, filled + byte);
      filled += byte;
      [equal, last] = [0, -1];
    } else {
      equal = byte === last ? equal + 1 : 1;
      last = byte;
      output[filled++] = byte;
    }
    // A run adds 255 bytes at most.
    if (filled > outputBytes - 256) {
      yield output.subarray(0, filled);
      output = Buffer.allocUnsafe(outputBytes);
      filled = 0;
    }
  }
  if (filled > 0) yield output.subarray(0, filled);
}
