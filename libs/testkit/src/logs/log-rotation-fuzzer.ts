import { dice } from './dice.ts';
import { logLines } from './log-lines.ts';
import { addProgram, rotations, type LogFolder } from './rotations.ts';
import { close, finishHalf, write } from './written-log.ts';

/** Log files that are rotated in every way, and the names of the lines that were written to them. */
export interface LogRotationFuzzer {
  /** Writes some lines and does one thing to the files. @returns what it did */
  round(): string;
  /** Finishes half-written lines and compressions, and closes renamed files that are still written to. */
  calm(): void;
  /** Lines that must become events: their boards. */
  readonly promised: ReadonlySet<string>;
  /** Lines that copying and truncating may lose: written between the two, or torn by them. */
  readonly atRisk: ReadonlySet<string>;
  /** Texts in the lines that are not events. Each must be in one dead letter. */
  readonly bad: ReadonlySet<string>;
  /** How often each thing was done. */
  readonly done: Readonly<Record<string, number>>;
}

/**
 * @param options.random numbers from 0 to 1
 * @param options.maxLineBytes of the reader: some lines are longer
 * @param options.hasArrived whether a line has arrived, by its board. A file is deleted only when all of its lines have.
 * @param options.run what all boards and marks begin with: letters, digits and hyphens
 */
export function logRotationFuzzer(options: {
  folder: string;
  random: () => number;
  maxLineBytes: number;
  hasArrived: (board: string) => boolean;
  run: string;
}): LogRotationFuzzer {
  const { folder, random, maxLineBytes, hasArrived, run } = options;
  const chances = dice(random);
  const { upTo, chance } = chances;
  const lines = logLines(chances, run, maxLineBytes);
  const names = { promised: new Set<string>(), atRisk: new Set<string>(), bad: new Set<string>() };
  const done: Record<string, number> = {};
  const all: LogFolder = {
    ...{ folder, dice: chances, lines, names, hasArrived },
    ...{ programs: [], lingering: [], rotated: [], compressing: [], renames: 0 },
  };

  const finishCompressing = () => {
    for (const finish of all.compressing.splice(0)) finish();
  };
  const closeLingering = (probability: number) => {
    for (const log of all.lingering.filter(() => chance(probability))) {
      write(log, upTo(4), all);
      close(log, names);
      all.lingering = all.lingering.filter((other) => other !== log);
      all.rotated.push(log);
    }
  };

  addProgram(all);
  return {
    ...names,
    done,
    round() {
      const wasCompressing = all.compressing.length > 0;
      for (const { log } of all.programs) if (chance(0.7)) write(log, upTo(chance(0.1) ? 200 : 12), all);
      closeLingering(0.4);
      if (wasCompressing) finishCompressing();
      for (;;) {
        const kinds = Object.keys(rotations);
        const name = kinds[upTo(kinds.length)] ?? '';
        const program = all.programs[upTo(all.programs.length)];
        if (program === undefined || rotations[name]?.(all, program) !== true) continue;
        done[name] = (done[name] ?? 0) + 1;
        return name;
      }
    },
    calm() {
      finishCompressing();
      closeLingering(1);
      for (const { log } of all.programs) finishHalf(log, names);
    },
  };
}
