import type { ConnectKafka, KafkaClient } from '../kafka-client.ts';
import { retryForever } from '@sluice/telemetry';
import { kafkaAdmin } from './admin/kafka-admin.ts';
import { openConnection, type Connection } from './connection.ts';
import { joinGroup } from './consume/join-group.ts';
import { readableEnds } from './consume/readable-ends.ts';
import { topicReader } from './consume/topic-reader.ts';
import { explained } from './explain-error.ts';
import { topicFollower } from './follow/topic-follower.ts';
import { lazyCluster } from './lazy-cluster.ts';
import { offsetsOpener } from './open-offsets.ts';
import { createEventProducer } from './produce/event-producer.ts';
import { endLostTransaction } from './produce/lost-transaction.ts';
import { createTransactionalProducer } from './produce/transactional-producer.ts';
import { committedOffsets, ensureTopics, groupNames } from './topics-and-groups.ts';

/** Of transactions outside a membership. */
const transactionTimeoutMs = 60_000;

export const connectKafka: ConnectKafka = async (options) => {
  const connection = await openConnection(options);
  const { kafka, admin, logger, health } = connection;
  const reader = topicReader(kafka, admin);
  const cluster = lazyCluster(kafka);
  const offsets = offsetsOpener(connection, reader, cluster);
  const ends = readableEnds(kafka, admin);
  return {
    ...reader,
    ...topicFollower(kafka, cluster, reader),
    admin: kafkaAdmin(admin, cluster),
    ensureTopics: (topics, how) => ensureTopics(connection, topics, how),
    topics: () => explained(admin.listTopics()),
    groups: () => groupNames(admin),
    committedOffsets: (groupId, topic) => committedOffsets(admin, groupId, topic),
    readableEnds: (places) => ends.of(places),
    endsOfTopics: (topics) => ends.ofTopics(topics),
    producer: () => openProducer(connection),
    transactionalProducer: (transactionalId, topics) => openTransactional(connection, transactionalId, topics),
    join: (group) =>
      joinGroup(kafka, admin, {
        ...group,
        logger,
        health,
        openOffsets: (membership) =>
          offsets.open({
            ...membership,
            publishes: group.publishes,
            // The group gives up a process that was killed within a transaction after the same time.
            transactionTimeoutMs: group.sessionTimeoutMs,
          }),
      }),
    offsetsOf: (groupId, places, publishes) =>
      offsets.open({
        ...{ groupId, places, publishes, transactionTimeoutMs, membership: undefined },
        async commitPlainly(requested) {
          for (const { topic, partition, nextOffset } of requested)
            await admin.setOffsets({ groupId, topic, partitions: [{ partition, offset: String(nextOffset) }] });
        },
      }),
    async disconnect() {
      await cluster.close();
      await ends.close();
      await admin.disconnect();
    },
  };
};

async function openProducer(connection: Connection): ReturnType<KafkaClient['producer']> {
  const { kafka, admin, compression } = connection;
  const producer = await retryForever(connection, () => explained(createEventProducer(kafka, admin, compression)));
  return {
    send: (topic, records) => explained(producer.send(topic, records), { topics: [topic] }),
    disconnect: () => producer.disconnect(),
  };
}

async function openTransactional(
  { kafka, admin, compression, logger }: Connection,
  transactionalId: string,
  topics: Parameters<KafkaClient['transactionalProducer']>[1],
): ReturnType<KafkaClient['transactionalProducer']> {
  if (topics !== undefined) {
    const all = [topics.witness, ...topics.others];
    const suspect = { transactionalId, topics: all, watched: [topics.witness], logger };
    await explained(endLostTransaction(kafka, suspect), { transactionalId, topics: all });
  }
  const opening = createTransactionalProducer(kafka, admin, { transactionalId, compression, transactionTimeoutMs });
  const producer = await explained(opening, { transactionalId });
  return {
    publish: (records, how) =>
      explained(producer.publish(records, how), { transactionalId, topics: topicsOf(records) }),
    close: () => producer.close(),
  };
}

const topicsOf = (records: readonly { topic: string }[]): string[] => [...new Set(records.map(({ topic }) => topic))];
