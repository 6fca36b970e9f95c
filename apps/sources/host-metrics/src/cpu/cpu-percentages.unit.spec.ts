import { describe, expect, it } from 'vitest';
import { cpuMeter } from './cpu-meter.ts';
import { cpuPercentages, type CpuSeconds } from './cpu-percentages.ts';

const none: CpuSeconds = {
  user_seconds_total: 0,
  nice_seconds_total: 0,
  system_seconds_total: 0,
  idle_seconds_total: 0,
  iowait_seconds_total: 0,
  irq_seconds_total: 0,
  softirq_seconds_total: 0,
  steal_seconds_total: 0,
  guest_seconds_total: 0,
  guest_nice_seconds_total: 0,
};

const before: CpuSeconds = { ...none, user_seconds_total: 1000, idle_seconds_total: 9000, iowait_seconds_total: 5 };

const allNull = expect.objectContaining({
  busy_percent: null,
  user_percent: null,
  idle_percent: null,
  guest_nice_percent: null,
});

describe('cpuPercentages', () => {
  it('share out the time between two readings', () => {
    const now = {
      ...before,
      user_seconds_total: 1000.25,
      system_seconds_total: 0.1,
      irq_seconds_total: 0.02,
      softirq_seconds_total: 0.03,
      steal_seconds_total: 0.05,
      idle_seconds_total: 9000.5,
      iowait_seconds_total: 5.05,
    };
    expect(cpuPercentages(before, now)).toEqual({
      busy_percent: 45,
      user_percent: 25,
      nice_percent: 0,
      system_percent: 10,
      idle_percent: 50,
      iowait_percent: 5,
      irq_percent: 2,
      softirq_percent: 3,
      steal_percent: 5,
      guest_percent: 0,
      guest_nice_percent: 0,
    });
  });

  it('do not count a guest twice: it is part of user', () => {
    const now = { ...before, user_seconds_total: 1001, guest_seconds_total: 0.75, idle_seconds_total: 9001 };
    expect(cpuPercentages(before, now)).toMatchObject({
      busy_percent: 50,
      user_percent: 50,
      guest_percent: 37.5,
      idle_percent: 50,
    });
  });

  it('leave null what the system does not report, and share out the rest', () => {
    const short = { ...before, iowait_seconds_total: null, steal_seconds_total: null };
    const now = { ...short, user_seconds_total: 1001, idle_seconds_total: 9003 };
    expect(cpuPercentages(short, now)).toMatchObject({
      busy_percent: 25,
      idle_percent: 75,
      iowait_percent: null,
      steal_percent: null,
    });
  });

  it('are null without an earlier reading', () => {
    expect(cpuPercentages(undefined, before)).toEqual(allNull);
  });

  it('are null when no time was counted between the readings', () => {
    expect(cpuPercentages(before, before)).toEqual(allNull);
  });

  it.each(Object.keys(none))('are null, never negative, when %s went backwards', (counter) => {
    const earlier = { ...before, [counter]: 20_000 };
    const now = { ...before, user_seconds_total: 1001, idle_seconds_total: 9001, [counter]: 19_999 };
    expect(cpuPercentages(earlier, now)).toEqual(allNull);
  });
});

describe('cpuMeter', () => {
  const reading = (seconds: number, cores: readonly number[]) => ({
    total: { ...none, idle_seconds_total: seconds * cores.length },
    cores: cores.map((core) => ({ ...none, core, idle_seconds_total: seconds })),
  });

  it('gives counters from the first reading on, and percentages from the second', () => {
    const measure = cpuMeter();
    expect(measure(reading(7, [0, 1]))).toMatchObject({
      idle_seconds_total: 14,
      idle_percent: null,
      cores: [
        { core: 0, idle_seconds_total: 7, idle_percent: null },
        { core: 1, idle_seconds_total: 7, idle_percent: null },
      ],
    });
    expect(measure(reading(8, [0, 1]))).toMatchObject({
      idle_percent: 100,
      busy_percent: 0,
      cores: [{ idle_percent: 100 }, { idle_percent: 100 }],
    });
  });

  it('knows a core by its number when another is unplugged, and starts again when it returns', () => {
    const measure = cpuMeter();
    measure(reading(7, [0, 1, 2]));
    expect(measure(reading(8, [0, 2])).cores).toMatchObject([
      { core: 0, idle_percent: 100 },
      { core: 2, idle_percent: 100 },
    ]);
    expect(measure(reading(9, [0, 1, 2])).cores).toMatchObject([
      { core: 0, idle_percent: 100 },
      { core: 1, idle_percent: null },
      { core: 2, idle_percent: 100 },
    ]);
  });
});
