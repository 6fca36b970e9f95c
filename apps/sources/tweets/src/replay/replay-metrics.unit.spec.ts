import { createHealth, createLogger, createMetrics } from '@sluice/telemetry';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { replayMetrics } from './replay-metrics.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

it('tells every five seconds how far it is, also while nothing more is read from a file', () => {
  const logger = createLogger({ app: 'test', level: 'info', format: 'json', to: 'stderr' });
  const info = vi.spyOn(logger, 'info').mockImplementation(() => {});
  const { signal } = new AbortController();
  const observer = replayMetrics({
    app: 'test',
    logger,
    metrics: createMetrics('test'),
    health: createHealth(['origin']),
    signal,
  });
  observer.begins(1, 1000);
  observer.progress(500);
  for (let second = 1; second <= 12; second++) {
    vi.advanceTimersByTime(1_000);
    observer.tweet();
  }
  expect(info.mock.calls).toEqual([
    [{ files: 1, bytes: 1000 }, 'the replay begins'],
    [{ percent: 50, tweets: 5, notices: 0, unreadable: 0, perSecond: 1 }, 'the replay goes on'],
    [{ percent: 50, tweets: 10, notices: 0, unreadable: 0, perSecond: 1 }, 'the replay goes on'],
  ]);
});
