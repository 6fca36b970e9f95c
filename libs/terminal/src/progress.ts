import { liveDisplay } from './live-display.ts';

/** How far a long operation is: a bar on a terminal, a line every ten seconds elsewhere. */
export interface Progress {
  /** @param total what `done` will reach, where it is known */
  show(what: string, done: number, total?: number): void;
  /** Prints a line that stays. */
  say(line: string): void;
  end(): void;
}

/** For callers that print something else. */
export const silentProgress: Progress = { show() {}, say() {}, end() {} };

/** Often enough to look smooth, and cheap. */
const everyMs = 100;
/** Shorter operations need no progress. */
const firstAfterMs = 1_000;
const barWidth = 24;

export function progress(stream: NodeJS.WriteStream): Progress {
  const display = liveDisplay(stream);
  let nextMs = performance.now() + firstAfterMs;
  return {
    show(what, done, total) {
      if (performance.now() < nextMs) return;
      nextMs = performance.now() + everyMs;
      display.show([progressLine(what, done, total)]);
    },
    say: (line) => display.message(line),
    end: () => display.clear(),
  };
}

/** One line, with a bar where the total is known. */
export function progressLine(what: string, done: number, total?: number, unit = ''): string {
  const amount = (count: number) => count.toLocaleString('en-US');
  const suffix = unit === '' ? '' : ` ${unit}`;
  if (total === undefined || total === 0) return `${what}: ${amount(done)}${suffix}`;
  const share = Math.min(1, done / total);
  const bar = '█'.repeat(Math.round(share * barWidth)).padEnd(barWidth, '░');
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `${bar} ${percent} %  ${what}: ${amount(done)} of ${amount(total)}${suffix}`;
}
