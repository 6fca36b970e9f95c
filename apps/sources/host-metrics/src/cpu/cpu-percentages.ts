import type { CoreMetrics } from '@sluice/contracts';
import { percent } from './percent.ts';

type FieldsEndingIn<Suffix extends string> = Extract<keyof CoreMetrics, `${string}_${Suffix}`>;

/** The counters of one core, or of all together. */
export type CpuSeconds = Pick<CoreMetrics, FieldsEndingIn<'seconds_total'>>;

/** How one core, or all together, spent the time between two readings. */
export type CpuPercentages = Pick<CoreMetrics, FieldsEndingIn<'percent'>>;

const unknown: CpuPercentages = {
  busy_percent: null,
  user_percent: null,
  nice_percent: null,
  system_percent: null,
  idle_percent: null,
  iowait_percent: null,
  irq_percent: null,
  softirq_percent: null,
  steal_percent: null,
  guest_percent: null,
  guest_nice_percent: null,
};

/**
 * The percentages between two readings. All are null without an earlier reading, when no time was counted, and when any counter
 * went backwards (a reboot, a wrap, a core that was unplugged; the kernel itself corrects iowait downwards at times): then
 * none of the differences can be trusted.
 */
export function cpuPercentages(before: CpuSeconds | undefined, now: CpuSeconds): CpuPercentages {
  if (before === undefined) return unknown;
  const user = now.user_seconds_total - before.user_seconds_total;
  const nice = difference(before.nice_seconds_total, now.nice_seconds_total);
  const system = now.system_seconds_total - before.system_seconds_total;
  const idle = now.idle_seconds_total - before.idle_seconds_total;
  const iowait = difference(before.iowait_seconds_total, now.iowait_seconds_total);
  const irq = difference(before.irq_seconds_total, now.irq_seconds_total);
  const softirq = difference(before.softirq_seconds_total, now.softirq_seconds_total);
  const steal = difference(before.steal_seconds_total, now.steal_seconds_total);
  const guest = difference(before.guest_seconds_total, now.guest_seconds_total);
  const guestNice = difference(before.guest_nice_seconds_total, now.guest_nice_seconds_total);

  const backwards = [user, nice, system, idle, iowait, irq, softirq, steal, guest, guestNice].some(
    (d) => d !== null && d < 0,
  );
  // Guests are not added: the kernel counts them in user and nice already.
  const busy = user + (nice ?? 0) + system + (irq ?? 0) + (softirq ?? 0) + (steal ?? 0);
  const all = busy + idle + (iowait ?? 0);
  if (backwards || all === 0) return unknown;

  const share = (part: number | null): number | null => (part === null ? null : percent(part, all));
  return {
    busy_percent: share(busy),
    user_percent: share(user),
    nice_percent: share(nice),
    system_percent: share(system),
    idle_percent: share(idle),
    iowait_percent: share(iowait),
    irq_percent: share(irq),
    softirq_percent: share(softirq),
    steal_percent: share(steal),
    guest_percent: share(guest),
    guest_nice_percent: share(guestNice),
  };
}

function difference(before: number | null, now: number | null): number | null {
  return before === null || now === null ? null : now - before;
}
