import type { Logger } from '@sluice/telemetry';
import type { Kafka } from 'kafkajs';
import { newCluster, type Cluster } from './kafkajs/cluster.ts';
import { transactionState } from './kafkajs/transaction-state.ts';
import { persistently } from './persistently.ts';

/** What the transactions of one transactional id write to. */
export interface TransactionTopics {
  /** A topic that each of its transactions writes to, and nothing else. */
  witness: string;
  /** All others. */
  others: readonly string[];
}

const transactionCoordinator = 1;
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
 * Such a transaction shows in the witness, where nobody else's can be open: its last stable offset stays behind its high watermark
 * although the coordinator says that the transaction is complete. Another one of the same id, with the same outcome, that touches all
 * partitions and publishes nothing, writes the markers.
 */
export async function endLostTransaction(
  kafka: Kafka,
  options: { transactionalId: string; topics: TransactionTopics; logger: Logger },
): Promise<void> {
  const { transactionalId, topics, logger } = options;
  const { witness } = topics;
  const signal = AbortSignal.timeout(patienceMs);
  const [stable, all] = [newCluster(kafka, 1), newCluster(kafka, 0)];
  const findCoordinator = () =>
    all.findGroupCoordinator({ groupId: transactionalId, coordinatorType: transactionCoordinator });
  try {
    await stable.connect();
    await all.connect();
    const isOpen = async () => (await endsOf(stable, witness)) !== (await endsOf(all, witness));
    if (!(await isOpen())) return;
    const state = await persistently(signal, async () => transactionState(await findCoordinator(), transactionalId));
    // The coordinator itself ends what is not complete when the next producer asks for its id.
    const isCommitted = state === 'CompleteCommit';
    if (!isCommitted && state !== 'CompleteAbort') return;
    if (!(await isOpen())) return;

    const partitions: { topic: string; partitions: number[] }[] = [];
    for (const topic of [witness, ...topics.others])
      partitions.push({ topic, partitions: await partitionsOf(all, topic) });
    const { producerId, producerEpoch } = await persistently(signal, async () =>
      (await findCoordinator()).initProducerId({ transactionalId, transactionTimeout: transactionTimeoutMs }),
    );
    const own = { transactionalId, producerId, producerEpoch };
    await persistently(signal, async () =>
      (await findCoordinator()).addPartitionsToTxn({ ...own, topics: partitions }),
    );
    await persistently(signal, async () =>
      (await findCoordinator()).endTxn({ ...own, transactionResult: isCommitted }),
    );
    logger.warn(
      { transactionalId, outcome: isCommitted ? 'commit' : 'abort' },
      'Kafka had lost the end of a transaction, as after a crash of its only replica; it is ended as it was decided',
    );
  } finally {
    await stable.disconnect().catch(() => {});
    await all.disconnect().catch(() => {});
  }
}

async function partitionsOf(cluster: Cluster, topic: string): Promise<number[]> {
  await cluster.addTargetTopic(topic);
  return cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
}

/** The ends of all partitions, as one text. */
async function endsOf(cluster: Cluster, topic: string): Promise<string> {
  const partitions = (await partitionsOf(cluster, topic)).map((partition) => ({ partition }));
  const [found] = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning: false }]);
  const ends = (found?.partitions ?? []).toSorted((a, b) => a.partition - b.partition);
  return ends.map(({ partition, offset }) => `${partition}:${offset}`).join();
}
