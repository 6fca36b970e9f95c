import { closeSync, openSync, writeSync } from 'node:fs';
import type { Dice } from './dice.ts';
import type { Line, LogLines } from './log-lines.ts';

/** A log file, and the program that writes to it. */
export interface WrittenLog {
  path: string;
  fd: number;
  /** Where the program writes next if it does not append. */
  place: number | undefined;
  /** The names of its events. */
  lines: string[];
  /** The rest of a line of which the first part is written. */
  half: Line | undefined;
  isPlain: boolean;
}

/** What was written, by the names of the lines. */
export interface WrittenNames {
  /** Lines that must become events. */
  promised: Set<string>;
  /** Lines that must become dead letters. */
  bad: Set<string>;
}

export const openLog = (path: string, { chance }: Dice): WrittenLog => {
  const appends = chance(0.8);
  return {
    ...{ path, fd: openSync(path, appends ? 'a' : 'w'), place: appends ? undefined : 0 },
    ...{ lines: [], half: undefined, isPlain: true },
  };
};

export function put(log: WrittenLog, bytes: Buffer): void {
  if (log.place === undefined) return void writeSync(log.fd, bytes);
  writeSync(log.fd, bytes, 0, bytes.length, log.place);
  log.place += bytes.length;
}

/** Writes some events, now and then a bad or an empty line, and sometimes half a line in the end. */
export function write(
  log: WrittenLog,
  count: number,
  { dice: { upTo, chance }, lines, names }: { dice: Dice; lines: LogLines; names: WrittenNames },
): void {
  finishHalf(log, names);
  for (let index = 0; index < count; index++) {
    if (chance(0.02)) {
      const bad = lines.bad();
      put(log, bad.bytes);
      names.bad.add(bad.name);
    }
    if (chance(0.02)) put(log, Buffer.from('\n'));
    const { name, bytes } = lines.event();
    put(log, bytes);
    names.promised.add(name);
    log.lines.push(name);
  }
  if (!chance(0.3)) return;
  const { name, bytes } = lines.event();
  const cut = 1 + upTo(bytes.length - 1);
  put(log, bytes.subarray(0, cut));
  log.half = { name, bytes: bytes.subarray(cut) };
}

export function finishHalf(log: WrittenLog, { promised }: WrittenNames): void {
  if (log.half === undefined) return;
  put(log, log.half.bytes);
  log.lines.push(log.half.name);
  promised.add(log.half.name);
  log.half = undefined;
}

export function close(log: WrittenLog, names: WrittenNames): void {
  finishHalf(log, names);
  closeSync(log.fd);
}
