import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '@sluice/random';
import { eventually, logRotationFuzzer } from '@sluice/testkit';
import { expect, test } from 'vitest';
import type { TailedLine } from './read-piece.ts';
import { tail } from './tail.ts';

const seed = Number(process.env['TAIL_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
const rounds = Number(process.env['TAIL_ROUNDS'] ?? 60);
const maxLineBytes = 4096;

/** A reader that is killed and started again: what it read behind the last stored cursor never was. */
function killableReader(folder: string, random: () => number) {
  /** How often each board and each mark of a bad line was stored; the ids of all lines, and how many those are. */
  const times = new Map<string, number>();
  const ids = new Set<string>();
  let lines = 0;
  let cursor: string | undefined;
  let stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const run = async (batch: number) => {
    const { signal } = stop;
    let waiting: TailedLine[] = [];
    const commit = () => {
      const last = waiting.at(-1);
      if (last === undefined) return;
      cursor = last.cursor();
      for (const { logId, offset, bytes } of waiting) {
        lines++;
        ids.add(`${logId}-${offset}`);
        const text = bytes.toString('latin1');
        const name = /"board_id":"(line-\d+)"/.exec(text)?.[1] ?? /line-bad-\d+\./.exec(text)?.[0];
        if (name !== undefined) times.set(name, (times.get(name) ?? 0) + 1);
      }
      waiting = [];
    };
    const options = {
      patterns: [join(folder, '*.log*')],
      refreshMs: 1,
      maxLineBytes,
      maxFiles: 1000,
      closeAfterMs: 10,
      onNotice: () => {},
    };
    for await (const line of tail(options, cursor, signal)) {
      if (signal.aborted) return;
      waiting.push(line);
      if (waiting.length >= batch || random() < 0.05) commit();
      if (random() < 0.01) await delay(1);
    }
  };
  const start = (batch = 1 + Math.floor(random() * 20)) => {
    stop = new AbortController();
    running = run(batch);
    running.catch(() => {});
  };
  const kill = async () => {
    stop.abort();
    await running;
  };
  start();
  return { times, ids, lines: () => lines, kill, start };
}

test(`every line comes once, whatever is done to files and reader (seed ${seed})`, { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-tail-'));
  try {
    const random = seededRandom(seed).next;
    const reader = killableReader(folder, seededRandom(seed + 1).next);
    const logs = logRotationFuzzer({
      run: 'line',
      folder,
      random,
      maxLineBytes,
      hasArrived: (line) => reader.times.has(line),
    });
    for (let round = 0; round < rounds; round++) {
      logs.round();
      if (random() < 0.7) await delay(random() * 8);
      if (random() < 0.25) {
        await reader.kill();
        if (random() < 0.5) logs.round();
        reader.start();
      }
    }
    logs.calm();
    await reader.kill();
    reader.start(1);
    const wanted = () => [...logs.promised, ...logs.bad].filter((name) => !reader.times.has(name));
    await eventually(() => expect(wanted()).toEqual([]), 60_000);
    // What would come a second time has come when another start has found nothing.
    await reader.kill();
    reader.start(1);
    await delay(500);
    await reader.kill();

    expect([...reader.times].filter(([, times]) => times > 1)).toEqual([]);
    expect(reader.ids.size).toBe(reader.lines());
  } finally {
    rmSync(folder, { recursive: true });
  }
});
