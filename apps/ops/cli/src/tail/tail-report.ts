import { duration, liveDisplay } from '@sluice/terminal';
import type { TailCounts, TailItem } from '@sluice/operations';
import { count, counted } from '../terminal/output.ts';
import { clipped } from '../terminal/text-layout.ts';

/** What a tail says about itself, on standard error: what it skips and waits for at once, and in the end what it has left out. */
export interface TailReport {
  begin(counts: Readonly<TailCounts>, how: { isLive: boolean }): void;
  show(item: Exclude<TailItem, { kind: 'record' }>): void;
  /** Takes the status line away while something else is printed. */
  around(print: () => Promise<void>): Promise<void>;
  end(): void;
}

const everyMs = 500;

export function tailReport(topic: string, stream: NodeJS.WriteStream): TailReport {
  const display = liveDisplay(stream);
  const startedMs = performance.now();
  let tail: { counts: Readonly<TailCounts>; isLive: boolean } | undefined;
  let [nextMs, waitsFor] = [0, ''];

  const status = (): string => {
    if (tail === undefined) return '';
    const { counts, isLive } = tail;
    const perSecond = counts.read / Math.max(1, (performance.now() - startedMs) / 1_000);
    const pace = counts.read === 0 ? 'no record yet' : `${perSecond.toFixed(1)}/s`;
    const state = waitsFor === '' ? (isLive ? `following ${topic}` : `reading ${topic}`) : `waiting for ${waitsFor}`;
    return `${state} · ${pace} · ${countsText(counts)}`;
  };
  // Lines that replace each other are for terminals. A log or a pipe gets what was skipped, and the summary.
  const draw = () => {
    if (!stream.isTTY || performance.now() < nextMs) return;
    nextMs = performance.now() + everyMs;
    display.show(clipped(status(), Math.max(1, stream.columns - 1), 1));
  };
  const say = (sentence: string) => display.message(sentence);

  return {
    begin(counts, { isLive }) {
      tail = { counts, isLive };
      draw();
    },
    show(item) {
      switch (item.kind) {
        case 'skipped': {
          const to = item.to === undefined ? 'on; the rest of the partition is left out' : `to ${item.to - 1n}`;
          say(`Skipped ${topic}-${item.partition}, offsets ${item.from} ${to}: ${item.reason}.`);
          break;
        }
        case 'waiting':
          waitsFor = item.what;
          say(`Waiting for ${item.what}: ${item.reason}`);
          break;
        case 'resumed':
          waitsFor = '';
          say(`${item.what} answers again, after ${duration(item.afterMs)}. No record was left out by that.`);
          break;
        case 'looked':
      }
      draw();
    },
    async around(print) {
      display.clear();
      await print();
      draw();
    },
    end() {
      display.clear();
      if (tail !== undefined) stream.write(`${topic}: ${countsText(tail.counts)}.\n`);
    },
  };
}

/** What was read, and what of it was not printed. */
function countsText({ read, shown, filtered, undecodable, overRate, skippedOffsets }: Readonly<TailCounts>): string {
  const left = [
    filtered > 0 ? `${count(filtered)} did not match` : '',
    undecodable > 0 ? `${count(undecodable)} could not be decoded` : '',
    overRate > 0 ? `${count(overRate)} were beyond --max-rate` : '',
    skippedOffsets > 0n ? `${counted(skippedOffsets, 'offset')} skipped` : '',
  ].filter((text) => text !== '');
  const shownText = `${count(shown)} of ${counted(read, 'record')} shown`;
  return left.length === 0 ? shownText : `${shownText}; ${left.join(', ')}`;
}
