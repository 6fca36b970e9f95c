import { describe, expect, it } from 'vitest';
import { parseStat } from './parse-stat.ts';

const linux6 = `cpu  10232 12 3999 165927 979 7 86 49 30 2
cpu0 4445 0 1577 84548 35 0 18 18 0 0
cpu1 5787 12 2422 81378 944 7 68 31 30 2
intr 424658 0 0 0 0 0 0 1 1 15 ${'0 '.repeat(2000)}181 72
ctxt 1082429
btime 1795286974
processes 5630
procs_running 3
procs_blocked 1
softirq 169078 0 20507 4 25004 40593 0 2 44616 0 38352
`;

// Red Hat Enterprise Linux 6: no guest_nice yet.
const linux2632 = `cpu  3357 0 4313 1362393 2 0 51 9 4
cpu0 3357 0 4313 1362393 2 0 51 9 4
intr 171286 124 10
ctxt 249876
btime 1300000000
processes 1833
procs_running 1
procs_blocked 0
softirq 69078 0 20507
`;

const linux24 = `cpu  2255 34 2290 22625563
cpu0 1132 34 1441 11311718
cpu1 1123 0 849 11313845
intr 114930548 113199788 3 0 5 263 0
ctxt 1990473
btime 1062191376
processes 2915
`;

// A sandbox that shows CPUs and hides the rest.
const sandbox = `cpu  0 0 0 0 0 0 0 0 0 0
cpu0 0 0 0 0 0 0 0 0 0 0
intr 0
ctxt 0
btime 1795286974
`;

describe('parseStat', () => {
  it('reads the time of all cores and of each in seconds', () => {
    const { cpu } = parseStat(linux6);
    expect(cpu?.total).toEqual({
      user_seconds_total: 102.32,
      nice_seconds_total: 0.12,
      system_seconds_total: 39.99,
      idle_seconds_total: 1659.27,
      iowait_seconds_total: 9.79,
      irq_seconds_total: 0.07,
      softirq_seconds_total: 0.86,
      steal_seconds_total: 0.49,
      guest_seconds_total: 0.3,
      guest_nice_seconds_total: 0.02,
    });
    expect(cpu?.cores).toMatchObject([
      { core: 0, user_seconds_total: 44.45, guest_seconds_total: 0 },
      { core: 1, user_seconds_total: 57.87, guest_seconds_total: 0.3 },
    ]);
  });

  it('reads what the kernel counts, of interrupts the sum', () => {
    const { cpu: _, ...counts } = parseStat(linux6);
    expect(counts).toEqual({
      contextSwitches: 1082429,
      interrupts: 424658,
      softInterrupts: 169078,
      forks: 5630,
      bootTime: new Date(1795286974_000),
      running: 3,
      blocked: 1,
    });
  });

  it('leaves null the columns that an older kernel does not have', () => {
    expect(parseStat(linux2632).cpu?.total).toMatchObject({
      guest_seconds_total: 0.04,
      guest_nice_seconds_total: null,
    });
    expect(parseStat(linux24).cpu?.cores[1]).toEqual({
      core: 1,
      user_seconds_total: 11.23,
      nice_seconds_total: 0,
      system_seconds_total: 8.49,
      idle_seconds_total: 113138.45,
      iowait_seconds_total: null,
      irq_seconds_total: null,
      softirq_seconds_total: null,
      steal_seconds_total: null,
      guest_seconds_total: null,
      guest_nice_seconds_total: null,
    });
  });

  it('leaves null the lines that a kernel or sandbox does not have', () => {
    expect(parseStat(linux24)).toMatchObject({ softInterrupts: null, running: null, blocked: null, forks: 2915 });
    expect(parseStat(sandbox)).toMatchObject({ interrupts: 0, forks: null, softInterrupts: null });
    expect(parseStat('')).toMatchObject({ cpu: null, contextSwitches: null, bootTime: null });
  });

  it('numbers cores as the kernel does when some are offline', () => {
    const offline = 'cpu  20 0 0 0\ncpu0 10 0 0 0\ncpu11 10 0 0 0\n';
    expect(parseStat(offline).cpu?.cores.map(({ core }) => core)).toEqual([0, 11]);
  });

  it('refuses a counter that a number cannot hold exactly, rather than rounding it', () => {
    expect(parseStat('ctxt 9007199254740991\n').contextSwitches).toBe(9007199254740991);
    expect(() => parseStat('ctxt 18446744073709551615\n')).toThrow('"18446744073709551615" is not a count below 2^53');
  });
});
