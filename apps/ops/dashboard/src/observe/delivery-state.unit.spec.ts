import { describe, expect, it } from 'vitest';
import type { ServerState } from '../api/overview.ts';
import { deliveryState, type DeliveryFacts } from './delivery-state.ts';
import type { WatchedApp } from './watch-apps.ts';

const sinceMs = Date.parse('2026-11-27T12:04:11Z');
const sink: WatchedApp = {
  ...{ name: 'elasticsearch', role: 'sink', group: 'elasticsearch', state: 'running', sinceMs, reads: [], writes: [] },
  overdue: new Map(),
};
const source: WatchedApp = { ...sink, name: 'tweets', role: 'source' };
const server: ServerState = {
  ...{ name: 'elasticsearch', title: 'Elasticsearch', address: 'http://127.0.0.1:9200', isUp: true, sinceMs },
};
const facts = (changed: Partial<DeliveryFacts> = {}): DeliveryFacts => ({
  ...{ app: sink, servers: [server], writers: [source], lag: 0, ageSeconds: undefined },
  ...{ inPerSecond: 5, outPerSecond: 5, quietMs: 500, gathersMs: 0, overdueSeconds: undefined, ...changed },
});

describe('deliveryState', () => {
  it('is up to date where nothing waits, and where what waits is young', () => {
    expect(deliveryState(facts())).toEqual({ state: 'up to date', reason: 'Up to date' });
    expect(deliveryState(facts({ lag: 3, ageSeconds: 2 })).state).toBe('up to date');
  });

  it('tells a silent source from a late sink', () => {
    const silent = facts({ quietMs: 300_000, inPerSecond: 0, outPerSecond: 0 });
    expect(deliveryState(silent)).toEqual({
      state: 'silent',
      reason: 'Up to date; the source is silent for 5 min',
    });
    const stopped: WatchedApp = { ...source, state: 'not running', reason: 'it was stopped' };
    expect(deliveryState({ ...silent, writers: [stopped] }).reason).toBe(
      'Up to date; nothing new for 5 min, as tweets is not running: it was stopped',
    );
  });

  it('names the server that is down, and since when', () => {
    const down: ServerState = { ...server, isUp: false };
    expect(deliveryState(facts({ lag: 310, ageSeconds: 62, servers: [down], outPerSecond: 0 }))).toEqual({
      state: 'stuck',
      reason: '62 s old: Elasticsearch unreachable since 12:04:11',
    });
    expect(deliveryState(facts({ servers: [down] })).reason).toBe(
      'nothing waits, but Elasticsearch unreachable since 12:04:11',
    );
  });

  it('names the app that does not run', () => {
    const app: WatchedApp = { ...sink, state: 'waiting', reason: 'kafka: no answer' };
    expect(deliveryState(facts({ lag: 3, ageSeconds: 80, app })).reason).toBe(
      '80 s old: elasticsearch is waiting since 12:04:11 (kafka: no answer)',
    );
  });

  it('says how long it takes to catch up, and where it never does', () => {
    expect(deliveryState(facts({ lag: 1_000, ageSeconds: 100, inPerSecond: 5, outPerSecond: 25 }))).toEqual({
      state: 'behind',
      reason: '100 s old: 1,000 records wait; caught up in 50 s',
      catchUpSeconds: 50,
    });
    expect(deliveryState(facts({ lag: 1_000, ageSeconds: 100 })).reason).toBe(
      '100 s old: 1,000 records wait, and as many come as are delivered',
    );
    expect(deliveryState(facts({ lag: 1, ageSeconds: 100, outPerSecond: 0 })).state).toBe('stuck');
  });

  it('does not call a sink late that collects records on purpose', () => {
    expect(deliveryState(facts({ lag: 9, ageSeconds: 40, gathersMs: 60_000 })).state).toBe('gathering');
    expect(deliveryState(facts({ lag: 9, ageSeconds: 90, gathersMs: 60_000 })).state).toBe('behind');
    expect(deliveryState(facts({ lag: 9, ageSeconds: 300, overdueSeconds: 0 })).state).toBe('gathering');
  });
});
