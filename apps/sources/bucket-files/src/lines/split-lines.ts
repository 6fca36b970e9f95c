/** One line of a file, or several where a quoted field goes over them. */
export interface Line {
  /** Without the line break. A view into the chunk that brought it. */
  bytes: Buffer;
  /** Its number in the file, from 1 on; of several lines the first. */
  line: number;
  /** Why it cannot be read as a whole. */
  problem?: { reason: string; errorClass: 'unreadable' | 'too-long' };
}

/** How fields are quoted, where a line break within quotes belongs to the field. */
export interface Quoting {
  /** One byte. */
  quote: number;
  separator: Buffer;
}

interface Options {
  /** The longest line; of a longer one the beginning is kept. */
  maxBytes: number;
  /** Undefined where every line break ends a line. */
  quoting?: Quoting | undefined;
}

const [lineFeed, carriageReturn] = [0x0a, 0x0d];
const byteOrderMark = Buffer.of(0xef, 0xbb, 0xbf);

/**
 * The lines of a file, as many at a time as a chunk brings. The last one may lack its line break. Memory holds a chunk and a line.
 *
 * A quote that does not end within `maxBytes`, or at all, spoils the line on which it begins and no other: what follows is read again as
 * lines of its own. So one stray quote does not cost the rest of the file.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>, options: Options): AsyncGenerator<Line[]> {
  const splitter = new LineSplitter(options);
  for await (const chunk of chunks) {
    const lines = splitter.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    if (lines.length > 0) yield lines;
  }
  const last = splitter.end();
  if (last.length > 0) yield last;
}

class LineSplitter {
  readonly #options: Options;
  #held: Buffer = Buffer.alloc(0);
  #line = 1;
  #isBegun = false;
  /** Whether the rest of a line is skipped whose beginning was given already. */
  #isSkipping = false;

  constructor(options: Options) {
    this.#options = options;
  }

  push(chunk: Buffer): Line[] {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    if (!this.#isBegun) {
      if (this.#held.length < byteOrderMark.length) return [];
      this.#begin();
    }
    return this.#take(false);
  }

  end(): Line[] {
    if (!this.#isBegun) this.#begin();
    return this.#take(true);
  }

  #begin(): void {
    this.#isBegun = true;
    if (this.#held.subarray(0, byteOrderMark.length).equals(byteOrderMark))
      this.#held = this.#held.subarray(byteOrderMark.length);
  }

  #take(isEnd: boolean): Line[] {
    const { maxBytes } = this.#options;
    const lines: Line[] = [];
    let at = 0;
    while (at < this.#held.length) {
      if (this.#isSkipping) {
        const end = this.#held.indexOf(lineFeed, at);
        at = end < 0 ? this.#held.length : end + 1;
        if (end >= 0) [this.#isSkipping, this.#line] = [false, this.#line + 1];
        continue;
      }
      const first = this.#held.indexOf(lineFeed, at);
      const end = this.#endOfLine(at, first, isEnd);
      if (end === 'open quote') {
        const stop = first < 0 ? this.#held.length : first;
        lines.push(this.#lineOf(at, stop, { reason: 'a quote does not end', errorClass: 'unreadable' }));
        at = first < 0 ? this.#held.length : first + 1;
        this.#line++;
      } else if (end === 'more') {
        if (this.#held.length - at <= maxBytes) break;
        lines.push(this.#tooLong(at));
        at += maxBytes;
        this.#isSkipping = true;
      } else {
        lines.push(end - at > maxBytes ? this.#tooLong(at) : this.#lineOf(at, end));
        this.#line += breaksIn(this.#held, at, end) + 1;
        at = end + 1;
      }
    }
    this.#held = this.#held.subarray(at);
    return lines;
  }

  /** @param first the first line feed from there, or -1 */
  #endOfLine(at: number, first: number, isEnd: boolean): number | 'more' | 'open quote' {
    const { quoting, maxBytes } = this.#options;
    const held = this.#held;
    const plain = first >= 0 ? first : isEnd ? held.length : 'more';
    const limit = first >= 0 ? first : held.length;
    if (quoting === undefined || limit - at > maxBytes) return plain;
    const quote = held.indexOf(quoting.quote, at);
    // Most lines have no quotes.
    if (quote < 0 || quote >= limit) return plain;
    const end = endOfQuoted(held, at, quoting, isEnd);
    // What is decided depends on the file alone, and not on how it came in chunks: it may be read again from a position.
    const isLonger = (end === 'more' ? held.length : end === 'open quote' ? 0 : end) - at > maxBytes;
    return isLonger && first >= 0 ? 'open quote' : end;
  }

  #lineOf(from: number, to: number, problem?: Line['problem']): Line {
    const end = to > from && this.#held[to - 1] === carriageReturn ? to - 1 : to;
    const bytes = this.#held.subarray(from, end);
    return { bytes, line: this.#line, ...(problem !== undefined && { problem }) };
  }

  #tooLong(from: number): Line {
    const { maxBytes } = this.#options;
    const reason = `the line has more than BUCKET_FILES_LINE_BYTES (${maxBytes}) bytes; only its beginning is kept`;
    return this.#lineOf(from, from + maxBytes, { reason, errorClass: 'too-long' });
  }
}

/** Where a line ends that has quotes. A quote opens a field only at its beginning; doubled within, it stands for itself. */
function endOfQuoted(
  held: Buffer,
  from: number,
  { quote, separator }: Quoting,
  isEnd: boolean,
): number | 'more' | 'open quote' {
  const first = separator[0];
  let [isQuoted, isFieldStart] = [false, true];
  for (let at = from; at < held.length;) {
    const byte = held[at];
    if (isQuoted) {
      if (byte !== quote) at++;
      else if (held[at + 1] === quote) at += 2;
      else [isQuoted, at] = [false, at + 1];
    } else if (byte === lineFeed) return at;
    else if (isFieldStart && byte === quote) [isQuoted, isFieldStart, at] = [true, false, at + 1];
    else if (byte === first && held.subarray(at, at + separator.length).equals(separator))
      [isFieldStart, at] = [true, at + separator.length];
    else [isFieldStart, at] = [false, at + 1];
  }
  if (!isEnd) return 'more';
  return isQuoted ? 'open quote' : held.length;
}

function breaksIn(held: Buffer, from: number, to: number): number {
  let breaks = 0;
  for (let at = held.indexOf(lineFeed, from); at >= 0 && at < to; at = held.indexOf(lineFeed, at + 1)) breaks++;
  return breaks;
}
