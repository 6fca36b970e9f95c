import { expect, test } from 'vitest';
import { parseState } from './state.ts';

const kafka = {
  ports: { client: 9092, controller: 9093 },
  data: '/checkout/.sluice/default/kafka',
  address: '127.0.0.1:9092',
  process: { pid: 10, startTicks: 200, startedAtMs: 1 },
};
const state = {
  owner: { pid: 5, startTicks: 100 },
  isDetached: false,
  isTemporary: true,
  isStopping: false,
  servers: { kafka },
};

test('a state is read as it was written', () => {
  expect(parseState(JSON.stringify(state))).toEqual(state);
});

test('a truncated file has no state', () => {
  expect(parseState(JSON.stringify(state).slice(0, -10))).toBeUndefined();
  expect(parseState('')).toBeUndefined();
});

test('records of unknown servers and damaged records are dropped, the others kept', () => {
  const servers = { kafka, mongodb: kafka, gcs: { ...kafka, ports: { http: 'no number' } } };
  expect(parseState(JSON.stringify({ ...state, servers }))?.servers).toEqual({ kafka });
});

test('an owner without a start time is dropped, as its pid may have been reused', () => {
  expect(parseState(JSON.stringify({ ...state, owner: { pid: 5 } }))).not.toHaveProperty('owner');
});
