import { createHealth, createLogger, createMetrics } from '@sluice/telemetry';
import { expect, it, vi } from 'vitest';
import { logObserver } from './log-observer.ts';

it('logs each reason why X does not serve the stream once, and again after a connection', () => {
  const logger = createLogger({ app: 'test', level: 'info', format: 'json', to: 'stderr' });
  vi.spyOn(logger, 'info').mockImplementation(() => {});
  const warn = vi.spyOn(logger, 'warn').mockImplementation(() => {});
  const health = createHealth(['origin']);
  const { signal } = new AbortController();
  const observer = logObserver({ app: 'test', logger, metrics: createMetrics('test'), health, signal }, undefined);
  const tryInVain = (reason: string) => observer.notConnected(reason, 250);
  for (const reason of ['no route', 'no route', '503', '503', 'no route']) tryInVain(reason);
  observer.connected();
  tryInVain('no route');
  expect(warn.mock.calls.map(([fields]) => fields)).toEqual(
    ['no route', '503', 'no route', 'no route'].map((reason) => ({ reason, waitMs: 250 })),
  );
});
