import { hash } from 'node:crypto';

/** How many bytes at its beginning identify a log. */
export const headBytes = 1024;
/** How many bytes before a position show that a file continues the log that was read up to there. */
export const tailBytes = 256;
/** A file that is shorter than the head of a log is compared in steps of this size. */
const stepBytes = 128;
const stepDigits = 8;

/** How a log begins: its first known bytes, at most `headBytes`, without the zeros before them. */
export interface LogHead {
  readonly length: number;
  /** Their fingerprint. */
  readonly print: string;
  /** Shorter fingerprints of the first 128 bytes, the first 256, and so on. */
  readonly steps: string;
}

/**
 * What is remembered of a log. A log is a sequence of bytes that files carry: it stays the same log when its file is renamed, copied or
 * compressed, and another one begins when its file is emptied.
 */
export interface RememberedLog {
  /** `<inode>-<fingerprint of the first line>` of the file in which it was first seen, with a number where that id is taken. */
  readonly id: string;
  /** The file that carries it, or the last one that did. */
  readonly inode: string;
  readonly head: LogHead;
  /** Everything before it has been read. It is the beginning of a line, or the end. */
  readonly position: number;
  /** The fingerprint of the `tailBytes` before the position, or of as many as there are. */
  readonly tail: string;
  /** Whether it was read to its final end. */
  readonly ended: boolean;
}

/** 64 bits of SHA-256. */
export const fingerprint = (bytes: Buffer): string => hash('sha256', bytes, 'hex').slice(0, 16);

/**
 * The fingerprint of a log's first line that is not empty, or undefined while it has no complete one. Of a long line the first
 * `headBytes` count.
 */
export function firstLinePrint(head: Buffer): string | undefined {
  const start = head.findIndex((byte) => byte !== 0x0a && byte !== 0x0d);
  const end = start === -1 ? -1 : head.indexOf(0x0a, start);
  if (end === -1 && head.length < headBytes) return undefined;
  return fingerprint(end === -1 ? head : head.subarray(start, end)).slice(0, 12);
}

/** @param head the first bytes of a file */
export function logHead(head: Buffer): LogHead {
  const steps = Array.from({ length: Math.floor(head.length / stepBytes) }, (_, index) =>
    fingerprint(head.subarray(0, (index + 1) * stepBytes)).slice(0, stepDigits),
  );
  return { length: head.length, print: fingerprint(head), steps: steps.join('') };
}

/** A log of which nothing has been read. @param isTaken whether another log has this id */
export function newLog(file: { inode: string; head: Buffer }, isTaken: (id: string) => boolean): RememberedLog {
  const name = `${file.inode}-${firstLinePrint(file.head) ?? ''}`;
  let id = name;
  for (let count = 2; isTaken(id); count++) id = `${name}.${count}`;
  const tail = fingerprint(Buffer.alloc(0));
  return { id, inode: file.inode, head: logHead(file.head), position: 0, tail, ended: false };
}

/** Compares the beginning of a file with those of logs, as far as both go. @param head the file's first bytes, with a complete line */
export function comparedTo(head: Buffer): (log: RememberedLog) => boolean {
  const prints = new Map<number, string>();
  const printOf = (length: number): string => {
    const print = prints.get(length) ?? fingerprint(head.subarray(0, length));
    prints.set(length, print);
    return print;
  };
  const firstLine = firstLinePrint(head);
  const step = Math.floor(head.length / stepBytes);
  return ({ id, head: { length, print, steps } }) => {
    if (head.length >= length) return printOf(length) === print;
    if (firstLine !== /-(\w+)/.exec(id)?.[1]) return false;
    const stepPrint = printOf(step * stepBytes).slice(0, stepDigits);
    return step === 0 || stepPrint === steps.slice((step - 1) * stepDigits, step * stepDigits);
  };
}
