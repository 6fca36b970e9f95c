import { expect, it } from 'vitest';
import { appState } from './app-state.ts';

const known: Parameters<typeof appState>[0] = {
  role: 'sink',
  process: { state: 'running', telemetryUrl: 'http://127.0.0.1:1' },
  answer: { atMs: 100_000, readiness: { ready: true, reasons: {} } },
  notReadySinceMs: undefined,
  lag: 3_200,
  gathersMs: 0,
  pace: { ratePerSecond: 0, quietMs: 0, behindMs: 0 },
  warning: undefined,
  nowMs: 100_000,
};
const behind = { ...known.pace, behindMs: 70_000 };
const notReady = (reasons: Record<string, string>) => ({ atMs: 100_000, readiness: { ready: false, reasons } });

it.each([
  ['has no telemetry yet', { process: { state: 'starting' as const } }, { state: 'starting' }],
  ['has not answered yet', { answer: undefined }, { state: 'starting' }],
  ['is not ready for the first time', { answer: notReady({ kafka: 'starting' }) }, { state: 'starting' }],
  ['is a source', { role: 'source' as const }, { state: 'running' }],
  ['has committed everything', {}, { state: 'up to date' }],
  ['lags for a while', { pace: behind }, { state: 'behind', reason: '3,200 records, 1 min 10 s' }],
  ['collects records on purpose', { pace: behind, gathersMs: 65_000 }, { state: 'gathering' }],
  [
    'lags and has warned',
    { pace: behind, warning: 'waiting for a disk' },
    { state: 'behind', reason: '3,200 records, 1 min 10 s; waiting for a disk' },
  ],
  ['stopped answering', { nowMs: 112_000 }, { state: 'waiting', reason: 'no answer for 12 s' }],
  [
    'waits',
    { answer: notReady({ kafka: 'starting', destination: 'ECONNREFUSED' }), notReadySinceMs: 58_000 },
    { state: 'waiting', reason: 'for 42 s, destination: ECONNREFUSED' },
  ],
  [
    'refuses its settings',
    { process: { state: 'refused' as const, mistakes: ['A is empty', 'B is not set'] } },
    { state: 'refused', reason: 'A is empty; B is not set' },
  ],
  [
    'ended unexpectedly',
    { process: { state: 'restarting' as const, reason: 'ended with exit code 1' } },
    { state: 'restarting', reason: 'ended with exit code 1' },
  ],
  ['was stopped', { process: { state: 'stopped' as const, isFinished: false } }, { state: 'stopped' }],
  [
    'has finished',
    { process: { state: 'stopped' as const, isFinished: true } },
    { state: 'stopped', reason: 'it has finished' },
  ],
])('an app that %s', (_, changes, expected) => {
  expect(appState({ ...known, ...changes })).toEqual(expected);
});
