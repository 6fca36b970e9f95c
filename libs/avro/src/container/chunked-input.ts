import { readLong } from '../bytes/avro-long.ts';
import { MalformedAvro } from '../walk/avro-walk.ts';

/** Reads pieces of a known size from chunks of any size. */
export class ChunkedInput {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #largestPiece: number;
  #held: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>, largestPiece: number) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#largestPiece = largestPiece;
  }

  async isAtEnd(): Promise<boolean> {
    return !(await this.#fill(1));
  }

  /** @returns a view of a chunk, or a copy where the piece spans several. @throws MalformedAvro when there are not so many bytes */
  async bytes(count: number): Promise<Buffer> {
    if (count < 0 || count > this.#largestPiece) throw new MalformedAvro('an impossible size');
    if (!(await this.#fill(count))) throw new MalformedAvro('the file is cut short');
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    return taken;
  }

  /** An Avro long; the nearest number beyond 2^53. @throws MalformedAvro */
  async long(): Promise<number> {
    // A long ends with the first byte below 128.
    for (let length = 1; length <= 10; length++) {
      if (!(await this.#fill(length))) throw new MalformedAvro('the file is cut short');
      if ((this.#held[length - 1] ?? 0) >= 0x80) continue;
      const { value, to } = readLong(this.#held, 0);
      this.#held = this.#held.subarray(to);
      return Number(value);
    }
    throw new MalformedAvro('a number of more than 64 bits');
  }

  /** @returns whether so many bytes are there */
  async #fill(count: number): Promise<boolean> {
    const parts = [this.#held];
    let length = this.#held.length;
    while (length < count) {
      const { value, done } = await this.#chunks.next();
      if (done === true) break;
      parts.push(value);
      length += value.length;
    }
    if (parts.length > 1) this.#held = Buffer.concat(parts, length);
    return length >= count;
  }
}
