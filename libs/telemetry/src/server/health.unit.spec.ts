import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHealth } from './health.ts';

afterEach(() => void vi.useRealTimers());

describe('health', () => {
  it('is not ready until every part has reported ready', () => {
    const health = createHealth(['kafka', 'destination']);
    expect(health.state).toMatchObject({
      live: true,
      ready: false,
      reasons: { kafka: 'starting', destination: 'starting' },
    });
    health.ready('kafka');
    expect(health.state).toMatchObject({ live: true, ready: false, reasons: { destination: 'starting' } });
    health.ready('destination');
    expect(health.state).toMatchObject({ live: true, ready: true, reasons: {} });
  });

  it('is not ready while a part is not, and says why', () => {
    const health = createHealth(['kafka']);
    health.ready('kafka');
    health.notReady('kafka', 'no leader');
    expect(health.state).toMatchObject({ live: true, ready: false, reasons: { kafka: 'no leader' } });
    health.ready('kafka');
    expect(health.state.ready).toBe(true);
  });

  it('is neither live nor ready when the process is dead', () => {
    const health = createHealth([]);
    expect(health.state.ready).toBe(true);
    health.dead('out of memory');
    expect(health.state).toMatchObject({ live: false, ready: false, reasons: { process: 'out of memory' } });
  });

  it('says since when a part is not ready, whatever the reason becomes, and the first of several waits for one thing', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 27) });
    const health = createHealth([]);
    health.notReady('destination', 'connection refused');
    const first = health.waiting('the registry', 'no answer for 5 s');
    vi.setSystemTime(Date.UTC(2026, 10, 27, 0, 1));
    health.notReady('destination', 'HTTP 503');
    const second = health.waiting('the registry', 'no answer for 9 s');
    const since = '2026-11-27T00:00:00.000Z';
    expect(health.state.since).toEqual({ destination: since, 'waiting for the registry': since });
    first();
    expect(health.state.since).toEqual({ destination: since, 'waiting for the registry': '2026-11-27T00:01:00.000Z' });
    second();
    health.ready('destination');
    expect(health.state).toEqual({ live: true, ready: true, reasons: {}, since: {} });
    health.notReady('destination', 'HTTP 503');
    expect(health.state.since).toEqual({ destination: '2026-11-27T00:01:00.000Z' });
  });
});
