import { backoffMs, describeError, pause } from '@sluice/telemetry';
import type { Kafka } from 'kafkajs';
import type { FetchedPartition, Followed, TopicFollower } from '../../fetch/topic-follower.ts';
import type { PartitionEnds, TopicReader } from '../../fetch/topic-reader.ts';
import { causeOfType } from '../../retries/causes.ts';
import { newCluster, type Cluster } from '../cluster.ts';
import { explainError } from '../explain-error.ts';
import { directFetch } from './direct-fetch.ts';

/** How long the broker waits for the first record. */
const waitMs = 500;
const partitionBytes = 256 * 1024;
/** How often a follower looks for new partitions. */
const newPartitionsMs = 30_000;
const longestPauseMs = 2_000;

/** No repetition cures these: https://kafka.apache.org/protocol#protocol_error_codes */
const finalErrors = new Set(['TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED', 'INVALID_TOPIC_EXCEPTION']);

/** A topic that is being followed. */
interface Following {
  readonly topic: string;
  /** The offset of the next record, by partition. A partition that cannot be continued is absent. */
  readonly next: Map<number, bigint>;
  /** All partitions that it has had. */
  readonly known: Set<number>;
  readonly ends: TopicReader['ends'];
}

type Follow = TopicFollower['follow'];

/** See `TopicFollower.follow`. It has connections of its own: a broker answers the requests of one connection in turn. */
export async function* followTopic(
  kafka: Kafka,
  ends: TopicReader['ends'],
  ...[topic, from, { signal, newPartitions = false }]: Parameters<Follow>
): ReturnType<Follow> {
  const following: Following = { topic, next: new Map(from), known: new Set(from.keys()), ends };
  const cluster = newCluster(kafka);
  const outage = outages();
  let [isConnected, lookedMs] = [false, performance.now()];
  try {
    while (!signal.aborted) {
      try {
        if (!isConnected) await connect(cluster, topic);
        isConnected = true;
        if (newPartitions && performance.now() - lookedMs > newPartitionsMs) {
          lookedMs = performance.now();
          await addNewPartitions(following);
        }
        if (following.next.size === 0) await pause(waitMs, signal);
        const fetched = await untilAborted(
          directFetch(cluster, topic, following.next, { waitMs, bytes: partitionBytes }),
          signal,
        );
        if (fetched === undefined) return;
        yield* outage.over();
        for (const one of fetched) yield* advance(following, one);
        yield { kind: 'position', next: following.next };
      } catch (error) {
        if (signal.aborted) return;
        if (causeOfType(error, finalErrors) !== undefined) throw explainError(error, { topics: [topic] });
        yield* outage.began(describeError(explainError(error, { topics: [topic] })));
        await pause(backoffMs(outage.tries, longestPauseMs), signal);
        // The leaders may have changed.
        await cluster.refreshMetadata().catch(() => void (isConnected = false));
      }
    }
  } finally {
    // A broker that does not answer is not waited for.
    void cluster.disconnect().catch(() => {});
  }
}

async function connect(cluster: Cluster, topic: string): Promise<void> {
  await cluster.connect();
  await cluster.addTargetTopic(topic);
}

/** The outcome, or undefined as soon as the signal is aborted. */
async function untilAborted<T>(pending: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const aborted = Promise.withResolvers<undefined>();
  const abort = () => aborted.resolve(undefined);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([pending, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
    pending.catch(() => {});
  }
}

/** Reports when an outage begins, when its reason changes, and when it is over. */
function outages() {
  let outage: { sinceMs: number; reason: string; tries: number } | undefined;
  return {
    get tries() {
      return outage?.tries ?? 1;
    },
    *began(reason: string): Generator<Followed> {
      const isNew = outage?.reason !== reason;
      outage = { sinceMs: outage?.sinceMs ?? performance.now(), reason, tries: (outage?.tries ?? 0) + 1 };
      if (isNew) yield { kind: 'interrupted', reason };
    },
    *over(): Generator<Followed> {
      if (outage === undefined) return;
      const { sinceMs } = outage;
      outage = undefined;
      yield { kind: 'resumed', afterMs: performance.now() - sinceMs };
    },
  };
}

async function* advance({ topic, next, ends }: Following, fetched: FetchedPartition): AsyncGenerator<Followed> {
  const { partition } = fetched;
  const from = next.get(partition);
  if (from === undefined) return;
  if (fetched.kind === 'records') {
    next.set(partition, fetched.nextOffset);
    if (fetched.records.length > 0) yield { kind: 'records', partition, records: fetched.records };
    return;
  }
  if (fetched.kind === 'unreadable') {
    const { reason, nextOffset: to } = fetched.batch;
    if (to === undefined) next.delete(partition);
    else next.set(partition, to);
    yield { kind: 'skipped', partition, from, to, reason: `the batch cannot be read: ${reason}` };
    return;
  }
  const found = (await ends(topic))?.find((one) => one.partition === partition);
  if (found !== undefined) yield* continueWithin(next, from, found);
}

/** Continues where the log begins, or where it ends. */
function* continueWithin(
  next: Map<number, bigint>,
  from: bigint,
  { partition, first, end }: PartitionEnds,
): Generator<Followed> {
  const to = from < first ? first : end;
  next.set(partition, to);
  const reason = from < first ? 'Kafka has removed these records (retention)' : 'the log ends before this offset';
  if (to !== from) yield { kind: 'skipped', partition, from, to, reason };
}

async function addNewPartitions({ topic, next, known, ends }: Following): Promise<void> {
  for (const { partition, first } of (await ends(topic)) ?? []) {
    if (known.has(partition)) continue;
    known.add(partition);
    next.set(partition, first);
  }
}
