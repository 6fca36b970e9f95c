import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { contracts, hostMetrics, topicName, type EventContract } from '@sluice/contracts';
import { describeError } from '@sluice/telemetry';
import { auditTopics } from '../../audit/audit.ts';
import { auditVerdict, findingLines } from '../../audit/audit-report.ts';
import type { TopicAudit } from '@sluice/audit';
import { searchedEvents } from './searched-events.ts';
import { silentProgress } from '@sluice/terminal';
import { UserError } from '../../user-error.ts';

/** What `--check` found. */
export interface CheckResult {
  /** How many events of this machine, published after the start, a search returned. */
  found: number;
  /** For each topic that has records, one audit for each destination. */
  audits: TopicAudit[];
  /** What is missing, a sentence each; empty when everything arrived. */
  missing: string[];
}

/** A search cluster that has just started is slow on a busy machine. A flow that works needs far less. */
const patienceMs = 120_000;
const enoughEvents = 5;

/**
 * Waits until searches return events of this machine from after `since` and events of every other kind, stops the sources, waits until
 * every record is committed, and audits all topics at all destinations.
 *
 * @param options.environment the servers' addresses, the settings of the flows and the user's own
 * @param options.produced the events that sources and processors should publish
 * @param options.destinations those whose sinks run
 * @param options.stopSources resolves when nothing more will be published
 */
export async function check(options: {
  environment: NodeJS.ProcessEnv;
  produced: readonly EventContract[];
  destinations: readonly string[];
  since: Date;
  stopSources: () => Promise<void>;
  signal: AbortSignal;
}): Promise<CheckResult> {
  const { environment, produced, destinations, since, stopSources, signal } = options;
  const host = environment['HOST_METRICS_HOST'] ?? hostname();
  const search = searchedEvents(environment, signal);
  const absentEvents = async (): Promise<string[]> => {
    const counts = await Promise.all(produced.map((contract) => search.all(contract)));
    return produced.filter((_, at) => counts[at] === 0).map(topicName);
  };
  const { found, absent } = await until(
    async () => ({ found: await search.ofHost(hostMetrics, host, since), absent: await absentEvents() }),
    (look) => look.found >= enoughEvents && look.absent.length === 0,
    signal,
  ).finally(() => search.close());
  await stopSources();
  const audits = await until(
    () =>
      auditTopics({
        contracts,
        destinations,
        waitSeconds: patienceMs / 1000,
        environment,
        signal,
        progress: silentProgress,
      }),
    () => true,
    signal,
  );
  const missing = [
    ...(found < enoughEvents
      ? [`A search for events of ${host} since the start found ${found}; expected at least ${enoughEvents}.`]
      : []),
    ...absent.map((topic) => `A search for ${topic} found none.`),
    ...audits.filter(({ ok }) => !ok).flatMap((audit) => [...findingLines(audit), auditVerdict(audit)]),
  ];
  // A topic whose first record came after its first destination was audited has nothing to compare.
  const isWhole = (topic: string) => audits.every((audit) => audit.topic !== topic || audit.totals.records > 0);
  return { found, audits: audits.filter(({ ok, topic }) => !ok || isWhole(topic)), missing };
}

/** Repeats a query until its result is enough. Errors are retried: an index may just be being created. */
async function until<T>(look: () => Promise<T>, isEnough: (value: T) => boolean, signal: AbortSignal): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const last = performance.now() > deadline || signal.aborted;
    try {
      const value = await look();
      if (isEnough(value) || last) return value;
    } catch (error) {
      if (last) throw new UserError(`Cannot check whether everything arrived: ${describeError(error)}`);
    }
    await delay(500);
  }
}
