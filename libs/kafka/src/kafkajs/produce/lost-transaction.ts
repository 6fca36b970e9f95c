import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@sluice/telemetry';
import type { Kafka } from 'kafkajs';
import { retryWhileRetriable } from '../../retries/retry-while-retriable.ts';
import { endsOf, partitionsOf, type TopicPartitions } from '../consume/ends-of.ts';
import { newCluster, speaks, transactionCoordinator, type Broker, type Cluster } from '../cluster.ts';
import { describeTransactions, transactionState } from '../requests/transaction-state.ts';

/** How a transaction in each state of its coordinator has ended, or will. */
const outcomes: Readonly<Record<string, 'commit' | 'abort'>> = {
  CompleteCommit: 'commit',
  PrepareCommit: 'commit',
  CompleteAbort: 'abort',
  PrepareAbort: 'abort',
  PrepareEpochFence: 'abort',
  Ongoing: 'abort',
};
const transactionTimeoutMs = 60_000;
const patienceMs = 30_000;

/** Another producer's transaction in a shared topic ends within this time; a lost one never does. */
const othersEndMs = 1_000;

/** The markers of a transaction that has been ended are written within this time. */
const markersMs = 1_000;

interface Suspect {
  transactionalId: string;
  /** All topics that its transactions publish to. */
  topics: readonly string[];
  /** Those of the topics to look into: all, or one that each transaction writes to. */
  watched: readonly string[];
  /** The group whose offsets it commits, and whether a transaction is open that changes them. */
  group?: { groupId: string; areOffsetsOpen: () => Promise<boolean> };
  logger: Logger;
}

/**
 * Ends a transaction whose end Kafka has lost, as it was decided. Called before a producer of the same transactional id is opened.
 *
 * A broker that is killed between the decision on a transaction and its markers is fenced for some seconds when it starts again. Its
 * coordinator then takes partitions that have no leader for deleted, and closes the transaction without markers (seen on Kafka 4.3.0, where
 * the log says "Couldn't find leader endpoint"). What was published stays open, and the next transaction of the same id would end it along
 * with its own: a chunk that was committed would be published twice.
 *
 * Such a transaction is open although its coordinator calls it complete. Another one of the same id, with the same outcome, that touches
 * all partitions and publishes nothing, writes the markers. A transaction that is under way is decided when the next producer asks for the
 * id, and its end can be lost then: so this looks again after that.
 *
 * An open transaction of another producer looks the same. It mostly ends in a moment; where it does not, ending ours changes nothing, and
 * nothing is logged. Brokers before Kafka 3.0 do not say what became of a transaction, so there this does nothing.
 */
export async function endLostTransaction(kafka: Kafka, suspect: Suspect): Promise<void> {
  const { transactionalId, logger } = suspect;
  const clusters = { all: newCluster(kafka, 0), stable: newCluster(kafka, 1) };
  const signal = AbortSignal.timeout(patienceMs);
  const ask = <T>(act: (coordinator: Broker) => Promise<T>): Promise<T> =>
    retryWhileRetriable({ signal }, async () =>
      act(
        await clusters.all.findGroupCoordinator({ groupId: transactionalId, coordinatorType: transactionCoordinator }),
      ),
    );
  const staysOpen = (ms: number) => isOpenFor(ms, clusters, suspect);
  try {
    await clusters.all.connect();
    if (!speaks(clusters.all, describeTransactions, 0)) return;
    const state = (await ask((coordinator) => transactionState(coordinator, transactionalId))) ?? '';
    const outcome = outcomes[state];
    if (outcome === undefined) return;
    await clusters.stable.connect();
    const isComplete = state.startsWith('Complete');
    if (isComplete && !(await staysOpen(othersEndMs))) return;
    const producer = await ask((coordinator) =>
      coordinator.initProducerId({ transactionalId, transactionTimeout: transactionTimeoutMs }),
    );
    if (!isComplete && !(await staysOpen(othersEndMs))) return;
    await endAll(ask, producer, outcome, await partitionsOf(clusters.all, suspect.topics), suspect);
    if (await staysOpen(markersMs)) logger.debug({ transactionalId }, 'another transaction is open in the same topics');
    else
      logger.warn(
        { transactionalId, outcome },
        'Kafka may have lost the end of a transaction, as after a crash of its only replica; it is ended as it was decided',
      );
  } finally {
    await Promise.all(Object.values(clusters).map((cluster) => cluster.disconnect().catch(() => {})));
  }
}

/** Runs a transaction that publishes nothing and touches all partitions, so that all get its marker. */
async function endAll(
  ask: <T>(act: (coordinator: Broker) => Promise<T>) => Promise<T>,
  { producerId, producerEpoch }: { producerId: string; producerEpoch: number },
  outcome: 'commit' | 'abort',
  topics: TopicPartitions,
  { transactionalId, group }: Suspect,
): Promise<void> {
  const own = { transactionalId, producerId, producerEpoch };
  if (topics.length > 0) await ask((coordinator) => coordinator.addPartitionsToTxn({ ...own, topics }));
  if (group !== undefined) await ask((coordinator) => coordinator.addOffsetsToTxn({ ...own, groupId: group.groupId }));
  await ask((coordinator) => coordinator.endTxn({ ...own, transactionResult: outcome === 'commit' }));
}

/** Whether something of what is in the topics now belongs to a transaction that is still open after this time. */
async function isOpenFor(
  ms: number,
  clusters: { all: Cluster; stable: Cluster },
  { watched, group }: Suspect,
): Promise<boolean> {
  const deadlineMs = performance.now() + ms;
  const ends = await endsOf(clusters.all, watched);
  for (;;) {
    // What comes behind these ends is another's, and may be open again and again.
    const stable = await endsOf(clusters.stable, watched);
    const isOpen =
      [...ends].some(([place, end]) => (stable.get(place) ?? end) < end) || (await group?.areOffsetsOpen()) === true;
    if (!isOpen) return false;
    if (performance.now() >= deadlineMs) return true;
    await delay(50);
  }
}
