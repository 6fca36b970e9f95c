import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hostMetrics } from '@sluice/contracts';
import { eventually } from '@sluice/testkit';
import { hostMetricsLoad } from '../loads/host-metrics-load.ts';
import type { Bundles } from './bundles.ts';
import { endOldest, killOldest, meterOf, scaled, startInstance, type Fleet } from './fleet.ts';

/** A row of the scenario's table. */
type Row = readonly [what: string, value: string | number];

const loadPerSecond = 1_000;
const restMs = 3_000;
const patienceMs = 120_000;
const name = basename(scaled);
const { topic } = hostMetrics;

const count = (fleet: Fleet): number => fleet.running.get(scaled)?.length ?? 0;

/** Brings the number of instances to what is wanted, one after the other. */
async function scaleTo(fleet: Fleet, wanted: number, bundles: Bundles): Promise<void> {
  while (count(fleet) < wanted) await startInstance(fleet, scaled, bundles);
  while (count(fleet) > wanted) await endOldest(fleet, scaled);
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/**
 * 1 → 2 → 4 → 2 → 1 instances under load, one at a time, and last one of two is killed.
 *
 * @param release whose bundles they are, for the table
 * @returns a row for each step, with the longest time that a partition stood still
 */
export async function scaleOutAndIn(fleet: Fleet, bundles: Bundles, release: string): Promise<Row[]> {
  const { say, signal, stack, shortfalls } = fleet;
  const load = await hostMetricsLoad(stack.environment, loadPerSecond, signal);
  const meter = meterOf(fleet, scaled, topic);
  const rows: Row[] = [];
  const step = async (what: string, act: () => Promise<void>, thenMs: number) => {
    signal.throwIfAborted();
    const end = meter.measure();
    await act();
    await delay(thenMs, undefined, { signal });
    const pause = seconds(end());
    rows.push([`${name} of ${release}: ${what}`, `longest pause ${pause}`]);
    say(`${release}, ${what}: a partition stood still for ${pause} at most`);
  };
  try {
    await delay(restMs, undefined, { signal });
    await step('no change', async () => {}, restMs);
    for (const wanted of [2, 3, 4, 3, 2, 1])
      await step(`${count(fleet)} → ${wanted} instances`, () => scaleTo(fleet, wanted, bundles), restMs);
    await startInstance(fleet, scaled, bundles);
    // As long as the session timeout, and the time for which an unfinished transaction may be open.
    await step('one of 2 instances killed', () => killOldest(fleet, scaled), 20_000);
  } finally {
    const acknowledged = await load.stop();
    await meter.stop();
    rows.push(['  synthetic load meanwhile', `${acknowledged.toLocaleString('en-US')} events`]);
  }
  if (rows.length < 8) shortfalls.push('scaling was not measured');
  return rows;
}

/** How many records wait when the measurement of throughput begins. */
const backlogRecords = 60_000;

/**
 * How fast 1, 2 and 4 instances catch up after the destination stood still, on this machine's processors, which
 * Elasticsearch, Kafka and all other apps share with them.
 */
export async function throughputByInstances(fleet: Fleet, bundles: Bundles): Promise<Row[]> {
  const { say, stack, signal } = fleet;
  const pid = stack.servers.find((server) => server.name === 'elasticsearch')?.pid;
  if (pid === undefined) return [['throughput', 'not measured: Elasticsearch is not of this stack']];
  const rows: Row[] = [];
  for (const instances of [1, 2, 4]) {
    await scaleTo(fleet, instances, bundles);
    await eventually(() => expectLag(fleet, (records) => records < 100), patienceMs);
    process.kill(pid, 'SIGSTOP');
    try {
      const load = await hostMetricsLoad(stack.environment, 100_000, signal);
      await eventually(() => expectLag(fleet, (records) => records > backlogRecords), patienceMs).finally(load.stop);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    const before = await eventually(() => lag(fleet));
    const startedMs = performance.now();
    await eventually(() => expectLag(fleet, (records) => records < before / 10), patienceMs);
    const after = await eventually(() => lag(fleet));
    const perSecond = Math.round((before - after) / ((performance.now() - startedMs) / 1000));
    say(`${instances} instances deliver ${perSecond.toLocaleString('en-US')} records/s`);
    rows.push([`${name}: ${instances} instances, catching up`, `${perSecond.toLocaleString('en-US')} records/s`]);
  }
  await scaleTo(fleet, 1, bundles);
  return rows;
}

/** How many records of the loaded topic the sink has not committed. @throws while an offset is being committed */
async function lag({ kafka }: Fleet): Promise<number> {
  const committed = await kafka.committedOffsets(name, topic);
  const ends = (await kafka.ends(topic)) ?? [];
  return ends.reduce((sum, { partition, end }) => {
    const offset = committed.get(partition);
    if (offset === undefined) throw new Error(`the offset of ${topic}-${partition} is not known`);
    return sum + Number(end - offset);
  }, 0);
}

async function expectLag(fleet: Fleet, isReached: (records: number) => boolean): Promise<void> {
  const records = await lag(fleet);
  if (!isReached(records)) throw new Error(`${name} has ${records} records of ${topic} to deliver`);
}
