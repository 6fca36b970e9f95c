import type { Logger } from '@sluice/telemetry';
import type { Kafka } from 'kafkajs';
import { newCluster, type Cluster } from '../kafkajs/cluster.ts';
import { transactionState } from '../kafkajs/requests/transaction-state.ts';
import { persistently } from '../retries/persistently.ts';

const transactionCoordinator = 1;

/** How a transaction in each state of its coordinator's has ended, or will. */
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

/**
 * Ends a transaction whose end Kafka has lost, as it was decided. Called before a producer of the same transactional id is opened.
 *
 * A broker that is killed between the decision on a transaction and its markers is fenced for some seconds when it starts again. Its
 * coordinator then takes partitions that have no leader for deleted, and closes the transaction without markers (seen on Kafka 4.3.0, where
 * the log says "Couldn't find leader endpoint"). What was published stays open, and the next transaction of the same id would end it along
 * with its own: a chunk that was committed would be published twice.
 *
 * Such a transaction is open although the coordinator says that it is complete. Another one of the same id, with the same outcome, that
 * touches all partitions and publishes nothing, writes the markers. A transaction that is under way is decided when the next producer asks
 * for the id, and its end can be lost then: it is looked for again after that.
 *
 * @param options.isOpen whether a transaction is open where this id's may be; another id's does no harm
 * @param options.topics all that its transactions publish to
 * @param options.groupId the group whose offsets they commit
 */
export async function endLostTransaction(
  kafka: Kafka,
  options: {
    transactionalId: string;
    isOpen: () => Promise<boolean>;
    topics: readonly string[];
    groupId?: string;
    logger: Logger;
  },
): Promise<void> {
  const { transactionalId, isOpen, topics, groupId, logger } = options;
  const signal = AbortSignal.timeout(patienceMs);
  const cluster = newCluster(kafka);
  const findCoordinator = () =>
    cluster.findGroupCoordinator({ groupId: transactionalId, coordinatorType: transactionCoordinator });
  try {
    await cluster.connect();
    const state = await persistently(signal, async () => transactionState(await findCoordinator(), transactionalId));
    const outcome = outcomes[state ?? ''];
    if (outcome === undefined) return;
    const isComplete = state?.startsWith('Complete') === true;
    if (isComplete && !(await isOpen())) return;

    const { producerId, producerEpoch } = await persistently(signal, async () =>
      (await findCoordinator()).initProducerId({ transactionalId, transactionTimeout: transactionTimeoutMs }),
    );
    if (!isComplete && !(await isOpen())) return;
    const partitions = await partitionsOf(cluster, topics);
    const own = { transactionalId, producerId, producerEpoch };
    if (partitions.length > 0)
      await persistently(signal, async () =>
        (await findCoordinator()).addPartitionsToTxn({ ...own, topics: partitions }),
      );
    if (groupId !== undefined)
      await persistently(signal, async () => (await findCoordinator()).addOffsetsToTxn({ ...own, groupId }));
    await persistently(signal, async () =>
      (await findCoordinator()).endTxn({ ...own, transactionResult: outcome === 'commit' }),
    );
    logger.warn(
      { transactionalId, outcome },
      'Kafka may have lost the end of a transaction, as after a crash of its only replica; it is ended as it was decided',
    );
  } finally {
    await cluster.disconnect().catch(() => {});
  }
}

/** Whether a transaction is open in one of the topics: the last stable offset stays behind the high watermark. */
export async function isOpenIn(kafka: Kafka, topics: readonly string[]): Promise<boolean> {
  const [stable, all] = [newCluster(kafka, 1), newCluster(kafka, 0)];
  try {
    await stable.connect();
    await all.connect();
    return (await endsOf(stable, topics)) !== (await endsOf(all, topics));
  } finally {
    await stable.disconnect().catch(() => {});
    await all.disconnect().catch(() => {});
  }
}

async function partitionsOf(
  cluster: Cluster,
  topics: readonly string[],
): Promise<{ topic: string; partitions: number[] }[]> {
  await cluster.addMultipleTargetTopics(topics);
  return topics.map((topic) => ({
    topic,
    partitions: cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId),
  }));
}

/** The ends of all partitions, as one text. */
async function endsOf(cluster: Cluster, topics: readonly string[]): Promise<string> {
  const asked = (await partitionsOf(cluster, topics)).map(({ topic, partitions }) => ({
    ...{ topic, fromBeginning: false },
    partitions: partitions.map((partition) => ({ partition })),
  }));
  const found = await cluster.fetchTopicsOffset(asked);
  return found
    .flatMap(({ topic, partitions }) => partitions.map(({ partition, offset }) => `${topic}/${partition}:${offset}`))
    .toSorted()
    .join();
}
