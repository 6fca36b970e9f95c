import { liveDisplay } from './live-display.ts';

/** How far something is that takes its time: a bar on a terminal, elsewhere a line now and then. */
export interface Progress {
  /** @param total of `done`, where it is known */
  show(what: string, done: number, total?: number): void;
  /** A line that stays. */
  say(line: string): void;
  end(): void;
}

/** For callers that show something else. */
export const silentProgress: Progress = { show() {}, say() {}, end() {} };

/** Often enough for an eye, seldom enough not to cost. */
const everyMs = 100;
/** What is over sooner needs no progress. */
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

/** One line: a bar where the total is known. */
export function progressLine(what: string, done: number, total?: number): string {
  const count = done.toLocaleString('en-US');
  if (total === undefined || total === 0) return `${what}: ${count}`;
  const share = Math.min(1, done / total);
  const bar = '█'.repeat(Math.round(share * barWidth)).padEnd(barWidth, '░');
  return `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${what}: ${count} of ${total.toLocaleString('en-US')}`;
}
