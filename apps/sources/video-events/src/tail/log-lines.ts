import type { LogFile } from './files/log-file.ts';
import { fingerprint, logHead, tailBytes, type LogHead, type RememberedLog } from './remembered-log.ts';

/** One line of a log. */
export interface LogLine {
  /** Where it begins in the log. */
  offset: number;
  /** Without its newline, and cut if it is too long. */
  bytes: Buffer;
  /** Its bytes in the log, without the newline. */
  length: number;
  /** The log behind this line. */
  log(): RememberedLog;
}

/** What one turn read. */
interface Turn {
  lines: LogLine[];
  then: 'more' | 'wait' | 'end' | 'broken' | 'replaced';
}

/** Reads the lines of a log from a file that carries it, a piece at each turn. */
export interface LogReader {
  readonly file: LogFile;
  /** The log behind all lines that were returned. */
  readonly log: RememberedLog;
  /** What the last turn ended with. */
  readonly then: Turn['then'];
  turn(): Promise<Turn>;
  /** What follows the last newline, as a line: for a file that is complete. */
  remainder(): Promise<LogLine[]>;
}

const newline = 0x0a;

/**
 * @param start the log, which the file continues
 * @param maxLineBytes the length to which longer lines are cut
 */
export function logReader(file: LogFile, start: RememberedLog, maxLineBytes: number): LogReader {
  let log: RememberedLog = { ...start, inode: file.inode };
  let then: Turn['then'] = 'more';
  /** How far newlines have been searched for, and the beginning of the current line if it is too long. */
  let searched = log.position;
  let beginning: Buffer | undefined;
  /** The bytes before `searched`: they are still there unless the file was emptied and filled again. */
  let before: Buffer | undefined;

  const turn = async (isEnd: boolean): Promise<Turn> => {
    const piece = await file.read(searched);
    const isSame = piece !== 'replaced' && before?.equals(piece.bytes.subarray(0, searched - piece.offset)) !== false;
    if (!isSame) return { lines: [], then: (then = 'replaced') };
    const { offset, bytes } = piece;
    const { head: first } = file;
    let head: LogHead | undefined;
    const lines: LogLine[] = [];
    const from = log;
    const at = (position: number, ended: boolean) => () => {
      head ??= first.length === from.head.length ? from.head : logHead(first);
      const tail = fingerprint(bytes.subarray(Math.max(0, position - offset - tailBytes), position - offset));
      return { ...from, head, position, tail, ended };
    };
    let cursor = searched - offset;
    let lineStart = beginning === undefined ? cursor : log.position - offset;
    const add = (end: number, next: number, ended: boolean) => {
      const length = end - lineStart;
      const text = beginning ?? bytes.subarray(lineStart, lineStart + Math.min(length, maxLineBytes));
      lines.push({ offset: offset + lineStart, bytes: text, length, log: at(offset + next, ended) });
      beginning = undefined;
      cursor = lineStart = next;
    };
    let zeros = lineStart;
    for (;;) {
      zeros = lineStart;
      // Zeros before a line are a hole: a program that does not append continues at its old place after its file was emptied.
      if (beginning === undefined) while (bytes[lineStart] === 0) lineStart++;
      const end = bytes.indexOf(newline, Math.max(cursor, lineStart));
      if (end === -1) break;
      add(end, end + 1, false);
    }
    if (isEnd && (beginning !== undefined || lineStart < bytes.length)) add(bytes.length, bytes.length, true);
    const last = lines.at(-1);
    if (last !== undefined) log = last.log();
    const open = bytes.length - lineStart;
    if (beginning === undefined && open > maxLineBytes) {
      beginning = Buffer.from(bytes.subarray(lineStart, lineStart + maxLineBytes));
      log = at(offset + lineStart, false)();
    }
    then = piece.then;
    // Zeros at the end of a file may be space that is yet to be written.
    searched = offset + (beginning !== undefined ? bytes.length : open === 0 && then !== 'more' ? zeros : lineStart);
    before = Buffer.from(bytes.subarray(Math.max(0, searched - offset - tailBytes), searched - offset));
    if (isEnd) log = { ...log, ended: true };
    return { lines, then };
  };

  return {
    file,
    get log() {
      return log;
    },
    get then() {
      return then;
    },
    turn: async () => (then === 'wait' && !(await file.hasChanged()) ? { lines: [], then } : turn(false)),
    remainder: async () => (await turn(true)).lines,
  };
}
