import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { hostMetrics } from '@sluice/schemas';
import { describeError } from '@sluice/telemetry';
import { isComplete, type DeliveryCounts, type DeliveryWitness } from './delivery-counts.ts';
import { UserError } from './user-error.ts';

/** What `--check` found. */
export interface CheckResult {
  /** Events of this very machine, made after the start, that a search gave back. */
  found: number;
  counts: DeliveryCounts[];
  /** What is missing, a sentence each; empty when everything is there. */
  missing: string[];
}

/** A cold search cluster on a busy machine takes its time; a flow that works is found long before. */
const patienceMs = 120_000;
const enoughEvents = 5;

/**
 * Waits until events of this machine from after `since` come back from a search; has the sources stopped; then waits until every
 * record of the topic is a document.
 *
 * @param stopSources resolves when nothing more will be published
 */
export async function check(options: {
  witness: DeliveryWitness;
  since: Date;
  host: string | undefined;
  stopSources: () => Promise<void>;
  signal: AbortSignal;
}): Promise<CheckResult> {
  const { witness, since, stopSources, signal } = options;
  const host = options.host ?? hostname();
  const found = await until(
    () => witness.search(hostMetrics, host, since),
    (count) => count >= enoughEvents,
    signal,
  );
  await stopSources();
  const counts = [await until(() => witness.counts(hostMetrics), isComplete, signal)];
  const missing = [
    ...(found < enoughEvents
      ? [`A search for events of ${host} since the start found ${found}, not the ${enoughEvents} that were waited for.`]
      : []),
    ...counts.filter((count) => !isComplete(count)).map(difference),
  ];
  return { found, counts, missing };
}

const difference = ({ topic, events, documents, lost, duplicates, unknown }: DeliveryCounts): string =>
  `${topic}: ${events} events and ${documents} documents: ${lost} lost, ${duplicates} duplicates, ${unknown} not from this topic.`;

/** Looks again and again. A server that does not answer now (an index that is just being made) may do so the next time. */
async function until<T>(look: () => Promise<T>, isEnough: (value: T) => boolean, signal: AbortSignal): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const last = performance.now() > deadline || signal.aborted;
    try {
      const value = await look();
      if (isEnough(value) || last) return value;
    } catch (error) {
      if (last) throw new UserError(`The counts cannot be taken: ${describeError(error)}`);
    }
    await delay(500);
  }
}
