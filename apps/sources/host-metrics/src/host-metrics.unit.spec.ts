import { cpus, release, totalmem } from 'node:os';
import { eventId, type HostMetrics, hostMetrics as contract } from '@sluice/contracts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Group, GROUPS } from './groups/groups.ts';
import type { Host } from './host.ts';
import { hostMetrics } from './host-metrics.ts';
import { look } from './testing/look.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const load = { average_1m_tasks: 1, average_5m_tasks: 2, average_15m_tasks: 3 };
const onlyLoad = (): Host => () => look({ load: () => load });

function source(options: { intervalMs?: number; groups?: readonly Group[]; openHost?: () => Host } = {}) {
  const missed: number[] = [];
  const failures: Group[] = [];
  const abort = new AbortController();
  const { read } = hostMetrics(
    {
      host: 'web-1',
      intervalMs: options.intervalMs ?? 1000,
      groups: options.groups ?? ['load'],
      onMissedTicks: (count) => void missed.push(count),
      onGroupFailure: (group) => void failures.push(group),
    },
    options.openHost,
  );
  const events = read({ signal: abort.signal, cursor: undefined })[Symbol.asyncIterator]();
  const next = async (): Promise<HostMetrics> => {
    const result = await events.next();
    if (result.done) throw new Error('the source ended');
    if (!('value' in result.value)) throw new Error('the source yielded no event');
    return result.value.value;
  };
  return { events, next, missed, failures, abort };
}

describe('hostMetrics', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('gives one event a second, whose time is the second', async () => {
    vi.useFakeTimers({ now: noon + 1 });
    const { next } = source({ openHost: onlyLoad });
    const pending = next();
    await vi.advanceTimersByTimeAsync(999);
    expect(await pending).toEqual({
      host: 'web-1',
      time: new Date(noon + 1000),
      interval_ms: 1000,
      cpu: null,
      kernel: null,
      load,
      memory: null,
      swap: null,
      filesystems: null,
      disks: null,
      network: null,
      processes: null,
      machine: null,
    });
  });

  it('gives the same id in the same second, whichever process measures', async () => {
    vi.useFakeTimers({ now: noon });
    const [before, restarted] = [source({ openHost: onlyLoad }), source({ openHost: onlyLoad })];
    const ids = [eventId(contract, await before.next()), eventId(contract, await restarted.next())];
    expect(ids).toEqual([`web-1-${noon / 1000}`, `web-1-${noon / 1000}`]);
  });

  it('counts the ticks that passed while no event was requested', async () => {
    vi.useFakeTimers({ now: noon });
    const { next, missed } = source({ openHost: onlyLoad });
    await next();
    await vi.advanceTimersByTimeAsync(5000);
    expect((await next()).time).toEqual(new Date(noon + 5000));
    expect(missed).toEqual([4]);
  });

  it('gives the other groups when one fails, and reports the failure once', async () => {
    vi.useFakeTimers({ now: noon });
    const { next, failures } = source({ openHost: onlyLoad, groups: ['load', 'disks'] });
    expect(await next()).toMatchObject({ load, disks: null });
    const second = next();
    await vi.advanceTimersByTimeAsync(1000);
    expect(await second).toMatchObject({ load, disks: null });
    expect(failures).toEqual(['disks']);
  });

  it('has slow facts ready before the first event', async () => {
    vi.useFakeTimers({ now: noon });
    const facts = { os: 'Debian', kernel: '6', architecture: 'x64', cpu_model: 'EPYC', logical_core_count: 2 };
    const slowly = new Promise<typeof facts>((resolve) => setTimeout(resolve, 3000, facts));
    const { next, failures, missed } = source({
      openHost: () => () => look({ machine: () => slowly }),
      groups: ['machine'],
    });
    const first = next();
    await vi.advanceTimersByTimeAsync(3000);
    expect(await first).toMatchObject({ time: new Date(noon + 3000), machine: facts });
    expect([failures, missed]).toEqual([[], []]);
  });

  it('ends when aborted', async () => {
    vi.useFakeTimers({ now: noon + 1 });
    const { events, abort } = source({ openHost: onlyLoad });
    const pending = events.next();
    abort.abort();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([0, 500, 1500, -1000, NaN])('refuses an interval of %d ms: an id has whole seconds', (intervalMs) => {
    expect(() => source({ intervalMs, openHost: onlyLoad })).toThrow(RangeError);
  });
});

describe.runIf(process.platform === 'linux')('hostMetrics on this machine', () => {
  it('agrees with what the system says elsewhere', { timeout: 20_000 }, async () => {
    const { next, abort, failures } = source({ groups: GROUPS });
    const first = await next();
    let second = await next();
    // The kernel corrects iowait downwards at times: then a second has no percentages, and the next one counts.
    for (let i = 0; i < 5 && second.cpu?.cores.some((core) => core.busy_percent === null); i++) second = await next();
    abort.abort();

    expect(first.cpu?.busy_percent).toBeNull();
    expect(second.time.getTime() - first.time.getTime()).toBeGreaterThanOrEqual(1000);
    expect(second.time.getTime() % 1000).toBe(0);

    const { cpu, kernel, load: average, memory, swap, filesystems, disks, network, processes, machine } = second;
    expect(memory?.total_bytes).toBe(totalmem());
    expect(memory?.used_percent).toBeGreaterThan(0);
    expect(memory?.used_percent).toBeLessThan(100);
    expect(swap?.total_bytes).toBeGreaterThanOrEqual(0);
    expect(average?.average_1m_tasks).toBeGreaterThanOrEqual(0);

    expect(cpu?.cores).toHaveLength(cpus().length);
    for (const whole of [cpu, ...(cpu?.cores ?? [])]) {
      const parts = [
        whole?.user_percent,
        whole?.nice_percent,
        whole?.system_percent,
        whole?.idle_percent,
        whole?.iowait_percent,
        whole?.irq_percent,
        whole?.softirq_percent,
        whole?.steal_percent,
      ].map((part) => part ?? NaN);
      for (const part of parts) expect(part >= 0 && part <= 100, `${part} percent`).toBe(true);
      expect(parts.reduce((sum, part) => sum + part)).toBeCloseTo(100, 0);
    }
    expect(cpu?.idle_seconds_total).toBeGreaterThanOrEqual(first.cpu?.idle_seconds_total ?? Infinity);
    expect(kernel?.context_switches_total).toBeGreaterThan(first.kernel?.context_switches_total ?? Infinity);
    expect(kernel?.boot_time?.getTime()).toBeLessThan(second.time.getTime());

    for (const filesystem of filesystems ?? []) {
      expect(filesystem.used_bytes + filesystem.available_bytes).toBeLessThanOrEqual(filesystem.total_bytes);
    }
    expect(disks?.some(({ device }) => device.startsWith('loop'))).toBe(false);
    expect(network?.map((traffic) => traffic.interface)).not.toContain('lo');
    expect(processes?.process_count).toBeGreaterThan(0);
    expect(processes?.thread_count).toBeGreaterThanOrEqual(1);
    expect(machine).toMatchObject({ kernel: release(), architecture: process.arch, logical_core_count: cpus().length });
    expect(failures).toEqual([]);
  });
});
