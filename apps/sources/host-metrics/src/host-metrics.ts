import { hostname } from 'node:os';
import { hostMetrics as contract, type HostMetrics } from '@sluice/contracts';
import { runSource, type Source } from '@sluice/source';
import { describeError, hostMetricsMetrics, type AppContext } from '@sluice/telemetry';
import type { HostMetricsConfig } from './config.ts';
import { groupMeter } from './groups/group-meter.ts';
import type { Group } from './groups/groups.ts';
import type { Host } from './host.ts';
import { linuxHost } from './linux/linux-host.ts';
import { systeminformationHost } from './systeminformation-host.ts';
import { ticks } from './cpu/ticks.ts';

/** Publishes this machine's metrics, until it is stopped. */
export function runHostMetrics(config: HostMetricsConfig, context: AppContext): Promise<void> {
  const { logger, metrics } = context;
  const missed = metrics.counter(hostMetricsMetrics.missed);
  const source = hostMetrics({
    host: config.HOST_METRICS_HOST ?? hostname(),
    intervalMs: config.HOST_METRICS_INTERVAL_MS,
    groups: config.HOST_METRICS_GROUPS,
    onMissedTicks(count) {
      missed.inc(count);
      logger.warn({ missed: count }, 'events are missing: the process could not keep up, or slept');
    },
    onGroupFailure: (group, error) =>
      logger.warn({ group, reason: describeError(error) }, 'a group cannot be measured; it is null'),
  });
  return runSource({ source, contract, config, context, cursors: false });
}

export interface HostMetricsOptions {
  /** The name under which this host's events are found; part of their id. */
  host: string;
  /** From one event to the next: whole seconds, in milliseconds. */
  intervalMs: number;
  /** The groups to measure; the others are null. */
  groups: readonly Group[];
  /** Called with the number of events that are missing because the process slept or Kafka had no room. */
  onMissedTicks(count: number): void;
  /** Called the first time that a group cannot be measured; the group is null in that event. */
  onGroupFailure(group: Group, error: unknown): void;
}

/**
 * The metrics of this machine: one event at every multiple of the interval, whose time is that multiple.
 *
 * @throws RangeError when the interval is not in whole seconds, as the event's id has the second
 */
export function hostMetrics(options: HostMetricsOptions, openHost: () => Host = openThisHost): Source<HostMetrics> {
  const { host, intervalMs, groups, onMissedTicks } = options;
  if (intervalMs < 1000 || intervalMs % 1000 !== 0) {
    throw new RangeError(
      `An interval of ${intervalMs} ms is not a whole number of seconds: choose 1000 or a multiple of it.`,
    );
  }
  // An event should be out before the next is due.
  const measure = groupMeter({ ...options, patienceMs: intervalMs * 0.8 });
  const prepare = groupMeter({ groups, patienceMs: 10_000, onGroupFailure: () => undefined });
  return {
    async *read({ signal }) {
      const lookAtHost = openHost();
      // The facts come from child processes, which may take longer than a tick has. If they fail, the first tick reports it.
      await prepare(lookAtHost(), 'machine');
      for await (const { time, missed } of ticks({ intervalMs, signal })) {
        if (missed > 0) onMissedTicks(missed);
        const look = lookAtHost();
        const [cpu, kernel, load, memory, swap, filesystems, disks, network, processes, machine] = await Promise.all([
          measure(look, 'cpu'),
          measure(look, 'kernel'),
          measure(look, 'load'),
          measure(look, 'memory'),
          measure(look, 'swap'),
          measure(look, 'filesystems'),
          measure(look, 'disks'),
          measure(look, 'network'),
          measure(look, 'processes'),
          measure(look, 'machine'),
        ]);
        const value = { host, time, interval_ms: intervalMs };
        yield { value: { ...value, cpu, kernel, load, memory, swap, filesystems, disks, network, processes, machine } };
      }
    },
  };
}

function openThisHost(): Host {
  return process.platform === 'linux' ? linuxHost('/proc') : systeminformationHost();
}
