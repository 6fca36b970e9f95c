import { afterEach, describe, expect, it, vi } from 'vitest';
import { groupMeter } from './group-meter.ts';
import { type Group, GROUPS } from './groups.ts';
import type { Look } from '../host.ts';
import { look } from '../testing/look.ts';

const load = { average_1m_tasks: 1, average_5m_tasks: 2, average_15m_tasks: 3 };

function meterWithReports(groups: readonly Group[] = GROUPS) {
  const reports: string[] = [];
  const onGroupFailure = (group: Group, error: unknown): void => void reports.push(`${group}: ${String(error)}`);
  return { measure: groupMeter({ groups, patienceMs: 800, onGroupFailure }), reports };
}

describe('groupMeter', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('gives what a group measures, now or later', async () => {
    const { measure, reports } = meterWithReports();
    expect(await measure(look({ load: () => load }), 'load')).toBe(load);
    expect(await measure(look({ load: () => Promise.resolve(load) }), 'load')).toBe(load);
    expect(reports).toEqual([]);
  });

  it('does not even ask for a group that is off', async () => {
    const ask = vi.fn(() => load);
    const { measure } = meterWithReports(['cpu']);
    expect(await measure(look({ load: ask }), 'load')).toBeNull();
    expect(ask).not.toHaveBeenCalled();
  });

  it('gives null for a group that fails, and reports it once, not every second', async () => {
    const { measure, reports } = meterWithReports();
    const broken: Look = look({
      load: () => {
        throw new Error('no such file');
      },
      swap: () => Promise.reject(new Error('not allowed')),
    });
    for (let second = 0; second < 3; second++) {
      expect(await measure(broken, 'load')).toBeNull();
      expect(await measure(broken, 'swap')).toBeNull();
    }
    expect(reports).toEqual(['load: Error: no such file', 'swap: Error: not allowed']);
  });

  it('measures a group again as soon as it can', async () => {
    const { measure } = meterWithReports();
    const broken = look({ load: () => Promise.reject(new Error('not yet')) });
    expect(await measure(broken, 'load')).toBeNull();
    expect(await measure(look({ load: () => load }), 'load')).toBe(load);
  });

  it('gives null for a group that hangs, and leaves it alone until its answer has come', async () => {
    vi.useFakeTimers();
    const { measure, reports } = meterWithReports();
    const { promise, resolve } = Promise.withResolvers<typeof load>();
    const hanging = vi.fn(() => promise);
    const slow = look({ load: hanging });

    const first = measure(slow, 'load');
    await vi.advanceTimersByTimeAsync(800);
    expect(await first).toBeNull();
    expect(await measure(slow, 'load')).toBeNull();
    expect(hanging).toHaveBeenCalledTimes(1);
    expect(reports).toEqual(['load: Error: no answer within 800 ms']);

    resolve(load);
    await promise;
    await vi.advanceTimersByTimeAsync(0);
    expect(await measure(slow, 'load')).toBe(load);
  });

  it('leaves no timer behind', async () => {
    vi.useFakeTimers();
    const { measure } = meterWithReports();
    await measure(look({ load: () => Promise.resolve(load) }), 'load');
    expect(vi.getTimerCount()).toBe(0);
  });
});
