import { createHealth, createLogger, createMetrics } from '@sluice/telemetry';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { replayMetrics } from './replay-metrics.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

function observed() {
  const logger = createLogger({ app: 'test', level: 'info', format: 'json', to: 'stderr' });
  const info = vi.spyOn(logger, 'info').mockImplementation(() => {});
  const warn = vi.spyOn(logger, 'warn').mockImplementation(() => {});
  const { signal } = new AbortController();
  const health = createHealth(['origin']);
  return {
    observer: replayMetrics({ app: 'test', logger, metrics: createMetrics('test'), health, signal }),
    info,
    warn,
  };
}

it('logs its progress every five seconds, also while no more bytes of a file are read', () => {
  const { observer, info } = observed();
  observer.begins(1, 1000);
  observer.progress(500);
  for (let second = 1; second <= 12; second++) {
    vi.advanceTimersByTime(1_000);
    observer.tweet();
  }
  expect(info.mock.calls).toEqual([
    [{ files: 1, bytes: 1000 }, 'the replay begins'],
    [{ percent: 50, tweets: 5, notices: 0, unreadable: 0, perSecond: 1 }, 'the replay is running'],
    [{ percent: 50, tweets: 10, notices: 0, unreadable: 0, perSecond: 1 }, 'the replay is running'],
  ]);
});

it('names some of the files that it skips, in one line', () => {
  const { observer, warn } = observed();
  observer.skips(['tweets.bz2', '1.csv', '2.csv', '3.csv', '4.csv', '5.csv']);
  expect(warn.mock.calls).toEqual([
    [
      { files: 6, names: ['tweets.bz2', '1.csv', '2.csv', '3.csv', '4.csv'] },
      expect.stringContaining('.json, .jsonl, .ndjson or .txt'),
    ],
  ]);
});
