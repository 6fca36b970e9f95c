import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { contracts, hostMetrics, topicName, type EventContract } from '@sluice/schemas';
import { describeError } from '@sluice/telemetry';
import { auditTopics } from '../audit/audit.ts';
import { auditVerdict, findingLines } from '../audit/audit-report.ts';
import type { TopicAudit } from '@sluice/audit';
import { searchedEvents } from './searched-events.ts';
import { silentProgress } from '../terminal/progress.ts';
import { UserError } from '../user-error.ts';

/** What `--check` found. */
export interface CheckResult {
  /** Events of this very machine, made after the start, that a search gave back. */
  found: number;
  /** Of the topics that have records, at each destination. */
  audits: TopicAudit[];
  /** What is missing, a sentence each; empty when everything is there. */
  missing: string[];
}

/** A cold search cluster on a busy machine takes its time; a flow that works is found long before. */
const patienceMs = 120_000;
const enoughEvents = 5;

/**
 * Waits until events of this machine from after `since`, and events of each other kind, come back from a search; has the sources stopped; then audits the topics at
 * all destinations, once every record is settled there.
 *
 * @param environment the servers' addresses, the settings of the flows and the user's own
 * @param made the events that sources and processors are to publish
 * @param destinations those whose sinks run
 * @param stopSources resolves when nothing more will be published
 */
export async function check(options: {
  environment: NodeJS.ProcessEnv;
  made: readonly EventContract[];
  destinations: readonly string[];
  since: Date;
  stopSources: () => Promise<void>;
  signal: AbortSignal;
}): Promise<CheckResult> {
  const { environment, made, destinations, since, stopSources, signal } = options;
  const host = environment['HOST_METRICS_HOST'] ?? hostname();
  const search = searchedEvents(environment, signal);
  const absentEvents = async (): Promise<string[]> => {
    const counts = await Promise.all(made.map((contract) => search.all(contract)));
    return made.filter((_, at) => counts[at] === 0).map(topicName);
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
      ? [`A search for events of ${host} since the start found ${found}, not the ${enoughEvents} that were waited for.`]
      : []),
    ...absent.map((topic) => `A search for ${topic} found none.`),
    ...audits.filter(({ ok }) => !ok).flatMap((audit) => [...findingLines(audit), auditVerdict(audit)]),
  ];
  // A topic that filled only while its destinations were looked at, one after the other, has nothing to compare.
  const isWhole = (topic: string) => audits.every((audit) => audit.topic !== topic || audit.totals.records > 0);
  return { found, audits: audits.filter(({ ok, topic }) => !ok || isWhole(topic)), missing };
}

/** Looks again and again. A server that does not answer now (an index that is just being made) may do so the next time. */
async function until<T>(look: () => Promise<T>, isEnough: (value: T) => boolean, signal: AbortSignal): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const last = performance.now() > deadline || signal.aborted;
    try {
      const value = await look();
      if (isEnough(value) || last) return value;
    } catch (error) {
      if (last) throw new UserError(`Whether everything arrived cannot be found out: ${describeError(error)}`);
    }
    await delay(500);
  }
}
