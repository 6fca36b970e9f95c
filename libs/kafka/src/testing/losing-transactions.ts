import { setTimeout as delay } from 'node:timers/promises';
import kafkajs, { type Kafka, type Message } from 'kafkajs';
import { newCluster } from '../kafkajs/cluster.ts';
import { transactionState } from '../kafkajs/requests/transaction-state.ts';

const quietKafka = (brokers: string): Kafka =>
  new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING });

/** Deletes what a compacted topic of one partition holds now. */
export async function emptyTopic(brokers: string, topic: string): Promise<void> {
  const admin = quietKafka(brokers).admin();
  await admin.connect();
  try {
    const configEntries = [{ name: 'cleanup.policy', value: 'compact,delete' }];
    const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries }];
    await admin.alterConfigs({ validateOnly: false, resources });
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '-1' }] });
  } finally {
    await admin.disconnect();
  }
}

/**
 * Leaves a topic's partitions as a broker does that has lost a transaction's markers: records without an end, while the coordinator
 * takes the transaction for complete. For a test whose broker does not verify that partitions belong to a transaction.
 */
export async function loseTransaction(
  brokers: string,
  lost: {
    transactionalId: string;
    outcome: 'commit' | 'abort';
    records: Readonly<Record<string, Message[]>>;
    /** The offset of partition 0 that a group commits with it. */
    offset?: { groupId: string; topic: string; nextOffset: bigint };
  },
): Promise<void> {
  const { transactionalId, outcome, records, offset } = lost;
  const kafka = quietKafka(brokers);
  const admin = kafka.admin();
  await admin.connect();
  const configEntries = [{ name: 'transaction.partition.verification.enable', value: 'false' }];
  const resources = (await admin.describeCluster()).brokers.map(({ nodeId }) => ({
    ...{ type: kafkajs.ConfigResourceTypes.BROKER, name: String(nodeId), configEntries },
  }));
  await admin.alterConfigs({ validateOnly: false, resources });
  await admin.disconnect();
  const cluster = newCluster(kafka);
  await cluster.connect();
  try {
    const coordinator = await cluster.findGroupCoordinator({ groupId: transactionalId, coordinatorType: 1 });
    const { producerId, producerEpoch } = await coordinator.initProducerId({
      transactionalId,
      transactionTimeout: 60_000,
    });
    const own = { transactionalId, producerId, producerEpoch };
    const topics = Object.keys(records).map((topic) => ({ topic, partitions: [0] }));
    await coordinator.addPartitionsToTxn({ ...own, topics });
    if (offset !== undefined) await coordinator.addOffsetsToTxn({ ...own, groupId: offset.groupId });
    await coordinator.endTxn({ ...own, transactionResult: outcome === 'commit' });
    // Its own markers are written a moment after the answer, and would end what follows.
    while ((await transactionState(coordinator, transactionalId))?.startsWith('Complete') !== true) await delay(20);
    for (const [topic, messages] of Object.entries(records)) {
      await cluster.addTargetTopic(topic);
      const leader = cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === 0)?.leader;
      const broker = await cluster.findBroker({ nodeId: String(leader) });
      const partitions = [{ partition: 0, firstSequence: 0, messages }];
      await broker.produce({ ...own, acks: -1, topicData: [{ topic, partitions }] });
    }
    if (offset === undefined) return;
    const { groupId, topic, nextOffset } = offset;
    const partitions = [{ partition: 0, offset: String(nextOffset) }];
    const group = await cluster.findGroupCoordinator({ groupId, coordinatorType: 0 });
    await group.txnOffsetCommit({ ...own, groupId, topics: [{ topic, partitions }] });
  } finally {
    await cluster.disconnect();
  }
}
