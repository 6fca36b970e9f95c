import { copyFileSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Dice } from './dice.ts';
import type { LogLines } from './log-lines.ts';
import { close, openLog, put, type WrittenLog, type WrittenNames } from './written-log.ts';

/** All log files, and the programs that write to them. */
export interface LogFolder {
  folder: string;
  dice: Dice;
  lines: LogLines;
  names: WrittenNames & { atRisk: Set<string> };
  hasArrived: (name: string) => boolean;
  /** The present log of each program. */
  programs: { log: WrittenLog }[];
  /** Renamed logs that a program still writes to. */
  lingering: WrittenLog[];
  /** Logs that are not written to any more. */
  rotated: WrittenLog[];
  /** Finish compressions that are half done. */
  compressing: (() => void)[];
  renames: number;
}

/** Does something to the log of one program, or to another file. @returns whether there was anything to do it to */
type Rotation = (all: LogFolder, program: { log: WrittenLog }) => boolean;

export const rotations: Readonly<Record<string, Rotation>> = {
  'renamed, with a new file under its name': (all, program) => {
    const { path } = program.log;
    shift(all, path);
    return rename(all, program, `${path}.1`);
  },
  'renamed to any name, with a new file under its name': (all, program) =>
    rename(all, program, `${program.log.path}.${all.renames++}-old`),
  'copied and truncated': (all, { log }) => copyAndTruncate(all, log),
  compressed: compress,
  deleted: (all) => {
    const log = all.rotated.find(({ lines }) => lines.length > 0 && lines.every(all.hasArrived));
    if (log === undefined) return false;
    rmSync(log.path);
    all.rotated = all.rotated.filter((other) => other !== log);
    return true;
  },
  'a new program': (all) => all.programs.length < 4 && addProgram(all),
};

export function addProgram({ folder, programs, dice }: LogFolder): true {
  programs.push({ log: openLog(join(folder, `player-${programs.length}.log`), dice) });
  return true;
}

/** Renames `path.1` to `path.2` and so on, as logrotate does. */
function shift({ rotated, lingering }: LogFolder, path: string): void {
  const taken = [...rotated, ...lingering]
    .map((log) => ({ log, count: Number(/^\.(\d+)(\.gz)?$/.exec(log.path.slice(path.length))?.[1] ?? Number.NaN) }))
    .filter(({ log, count }) => log.path.startsWith(path) && !Number.isNaN(count))
    .sort((a, b) => b.count - a.count);
  for (const { log, count } of taken) {
    const next = log.isPlain ? `${path}.${count + 1}` : `${path}.${count + 1}.gz`;
    renameSync(log.path, next);
    log.path = next;
  }
}

function rename(all: LogFolder, program: { log: WrittenLog }, to: string): true {
  const { log } = program;
  const { path } = log;
  renameSync(path, to);
  log.path = to;
  program.log = openLog(path, all.dice);
  if (all.dice.chance(0.4)) all.lingering.push(log);
  else {
    close(log, all.names);
    all.rotated.push(log);
  }
  return true;
}

function copyAndTruncate(all: LogFolder, log: WrittenLog): true {
  const { dice, lines, names, rotated } = all;
  shift(all, log.path);
  copyFileSync(log.path, `${log.path}.1`);
  rotated.push({ ...log, path: `${log.path}.1`, half: undefined, place: undefined });
  const between = dice.chance(0.5) ? Array.from({ length: 1 + dice.upTo(5) }, lines.event) : [];
  if (log.half !== undefined) names.atRisk.add(log.half.name);
  if (between.length > 0 && log.half !== undefined) between.unshift(log.half);
  for (const { name, bytes } of between) {
    put(log, bytes);
    names.atRisk.add(name);
  }
  // The second half of a torn line goes to the truncated file. Its newline keeps the next line whole.
  const isTorn = log.half !== undefined && between.length === 0;
  truncateSync(log.path, 0);
  if (isTorn && log.half !== undefined) put(log, log.half.bytes);
  log.half = undefined;
  log.lines = [];
  return true;
}

function compress({ rotated, dice, compressing }: LogFolder): boolean {
  const log = rotated.find(({ isPlain, path }) => isPlain && !path.endsWith('-old'));
  if (log === undefined) return false;
  const packed = gzipSync(readFileSync(log.path));
  const plain = log.path;
  const path = `${plain}.gz`;
  const finish = () => {
    writeFileSync(path, packed);
    rmSync(plain);
    Object.assign(log, { path, isPlain: false });
  };
  const isSlow = dice.chance(0.5);
  if (isSlow) {
    // Finished before the next rotation, which would rename the file while it is being compressed.
    writeFileSync(path, packed.subarray(0, dice.upTo(packed.length)));
    compressing.push(finish);
  } else finish();
  return true;
}
