import { expect, test } from 'vitest';
import { claimed } from './claim-stack.ts';
import { type ServerRecord, type StackState } from './state.ts';

const own = { pid: 1, startTicks: 1 };
const other = { pid: 2, startTicks: 2 };
const server = { pid: 3, startTicks: 3 };
const record: ServerRecord = { ports: {}, data: '', address: '', process: { ...server, startedAtMs: 0 } };
const empty: StackState = { isDetached: false, isTemporary: false, isStopping: false, servers: {} };
const running =
  (...alive: { pid: number }[]) =>
  ({ pid }: { pid: number }) =>
    alive.some((one) => one.pid === pid);

test('a stack without an owner belongs to the process that claims it', () => {
  expect(claimed(empty, own, { detach: false, temporary: true }, running())).toMatchObject({
    owner: own,
    isTemporary: true,
  });
});

test('a stack stays with the launcher that supervises it', () => {
  const state = { ...empty, owner: other, servers: { kafka: record } };
  expect(claimed(state, own, { detach: false, temporary: true }, running(other, server))).toBe(state);
});

test('a stack whose launcher has ended gets a new owner', () => {
  const state = { ...empty, owner: other };
  expect(claimed(state, own, { detach: false, temporary: false }, running()).owner).toEqual(own);
});

test('a detached stack stays detached if it is claimed with --detach', () => {
  const state = { ...empty, isDetached: true, servers: { kafka: record } };
  expect(claimed(state, own, { detach: true, temporary: false }, running(server))).toBe(state);
});

test('a detached stack is taken over by a launcher in the foreground, and stays temporary or not', () => {
  const state = { ...empty, isDetached: true, servers: { kafka: record } };
  const next = claimed(state, own, { detach: false, temporary: true }, running(server));
  expect(next).toMatchObject({ owner: own, isDetached: false, isTemporary: false });
});
