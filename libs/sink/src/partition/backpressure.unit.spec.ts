import type { AssignedPartition } from '@sluice/kafka';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { backpressure } from './backpressure.ts';
import { SharedBuffer } from '../records/shared-buffer.ts';

const mib = 1024 * 1024;
const limitBytes = 32 * mib;

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

/** Partitions of a sink, each with a log that never ends. */
function partitions(count: number) {
  const buffer = new SharedBuffer(limitBytes);
  const unused = () => Promise.reject(new Error('not used here'));
  const add = (isStarted: boolean, partition = count) => {
    const state = { isFetching: false, ahead: 0, inFlight: 0 };
    const assigned: AssignedPartition = {
      ...{ topic: 'orders', partition, lost: new AbortController().signal, committed: unused, commit: unused },
      start: () => (state.isFetching = true),
      pause: () => (state.isFetching = false),
      resume: () => (state.isFetching = true),
    };
    const pressure = backpressure(assigned, () => limitBytes / 2 / count, buffer);
    if (isStarted) pressure.start(0n);
    const tell = () => pressure.onBytes(state.ahead, state.ahead + state.inFlight);
    return {
      ...{ state, pressure },
      /** One fetch brings a record. */
      fetch(bytes: number) {
        state.ahead += bytes;
        tell();
        return pressure.hold();
      },
      write() {
        if (state.inFlight > 0) return;
        [state.inFlight, state.ahead] = [state.ahead, 0];
        tell();
      },
      commit() {
        state.inFlight = 0;
        tell();
      },
    };
  };
  const all = Array.from({ length: count }, (_, partition) => add(true, partition));
  const held = () => all.reduce((sum, { state }) => sum + state.ahead + state.inFlight, 0);
  return { all, add, held };
}

type Partition = ReturnType<ReturnType<typeof partitions>['add']>;

describe('what 1,000 partitions with records of 1 MiB hold', () => {
  it('is bounded by the buffer of all, although each record is larger than a share', async () => {
    const { all, held } = partitions(1_000);
    let mostBytes = 0;
    // The destination is away: nothing is committed. Each round is a fetch of 16 MiB at most, from those that are not paused.
    for (let round = 0; round < 100; round++) {
      const fetched = all.filter(({ state }) => state.isFetching).slice(0, 16);
      const holds = fetched.map((one) => one.fetch(mib));
      mostBytes = Math.max(mostBytes, held());
      await vi.advanceTimersByTimeAsync(200);
      for (const hold of holds) await hold;
      for (const one of fetched) one.write();
    }
    expect(mostBytes).toBeGreaterThan(limitBytes / 2);
    expect(mostBytes).toBeLessThanOrEqual(limitBytes + 16 * mib);
    expect(all.filter(({ state }) => state.isFetching)).toEqual([]);

    // It is back: all get their turn.
    for (const one of all) {
      one.commit();
      one.write();
      one.commit();
    }
    expect(all.every(({ state }) => state.isFetching)).toBe(true);
  });

  it('does not hold the others back for one partition that is stuck', async () => {
    const { all } = partitions(1_000);
    const [stuck, ...others] = all;
    if (stuck === undefined) throw new Error('there are 1,000');
    const first = stuck.fetch(mib);
    await vi.advanceTimersByTimeAsync(200);
    await first;
    expect(stuck.state.isFetching).toBe(false);
    for (const one of others.slice(0, 100)) {
      const hold = one.fetch(mib);
      one.write();
      expect(await Promise.race([hold, Promise.resolve('held')])).toBeUndefined();
      one.commit();
    }
    expect(others.every(({ state }) => state.isFetching)).toBe(true);
  });
});

it('pauses a partition again that is started while all are stopped', async () => {
  const { all } = partitions(3);
  const [large, other] = all;
  const hold = large?.fetch(limitBytes);
  await vi.advanceTimersByTimeAsync(200);
  await hold;
  expect(other?.state.isFetching).toBe(false);
  other?.pressure.start(5n);
  expect(other?.state.isFetching).toBe(false);
  large?.pressure.close();
  expect(other?.state.isFetching).toBe(true);
});

it.each([
  ['was not started yet', () => {}],
  ['waits for something else', (partition: Partition) => partition.pressure.stopped()],
])('does not start a partition that %s, when there is room again', async (name, act) => {
  const { all, add } = partitions(2);
  const [large] = all;
  const idle = name.startsWith('was') ? add(false) : add(true);
  act(idle);
  idle.state.isFetching = false;
  const hold = large?.fetch(limitBytes);
  await vi.advanceTimersByTimeAsync(200);
  await hold;
  large?.pressure.close();
  expect(idle.state.isFetching).toBe(false);
  idle.pressure.start(7n);
  expect(idle.state.isFetching).toBe(true);
});
