import { retryForever } from '@sluice/telemetry';
import type { Admin } from 'kafkajs';
import type { KafkaClient } from '../kafka-client.ts';
import { retryWhileRetriable } from '../retries/retry-while-retriable.ts';
import type { Connection } from './connection.ts';
import { explained } from './explain-error.ts';

type EnsureTopics = KafkaClient['ensureTopics'];

/** See `KafkaClient.ensureTopics`. */
export async function ensureTopics(
  connection: Connection,
  ...[topics, options]: Parameters<EnsureTopics>
): Promise<void> {
  const { logger, health } = connection;
  await retryForever({ what: `the topics ${topics.join(', ')}`, signal: options.signal, logger, health }, () =>
    explained(createAbsent(connection, topics, options), { topics }),
  );
}

async function createAbsent(
  { admin, config }: Connection,
  ...[topics, { signal, settings = {}, partitions = config.KAFKA_TOPIC_PARTITIONS }]: Parameters<EnsureTopics>
): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const absent = topics.filter((topic) => !existing.has(topic));
  if (absent.length === 0) return;
  await admin.createTopics({
    waitForLeaders: false,
    topics: absent.map((topic) => ({
      topic,
      numPartitions: partitions,
      replicationFactor: config.KAFKA_TOPIC_REPLICATION,
      configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
    })),
  });
  // For a moment the broker itself does not know them.
  await retryWhileRetriable({ signal }, () => admin.fetchTopicMetadata({ topics: absent }));
}

export async function groupNames(admin: Admin): Promise<string[]> {
  const { groups } = await explained(admin.listGroups());
  return groups.map(({ groupId }) => groupId);
}

/** See `KafkaClient.offsetsAt`. */
export async function offsetsAt(
  admin: Admin,
  topic: string,
  timestampMs: number,
): Promise<Map<number, bigint> | undefined> {
  if (!(await explained(admin.listTopics())).includes(topic)) return undefined;
  const found = await explained(admin.fetchTopicOffsetsByTimestamp(topic, Math.max(0, timestampMs)), {
    topics: [topic],
  });
  return new Map(found.map(({ partition, offset }) => [partition, BigInt(offset)]));
}

/** See `KafkaClient.committedOffsets`. */
export async function committedOffsets(admin: Admin, groupId: string, topic: string): Promise<Map<number, bigint>> {
  const [found] = await explained(admin.fetchOffsets({ groupId, topics: [topic] }), {
    group: groupId,
    topics: [topic],
  });
  return new Map(
    (found?.partitions ?? [])
      .filter(({ offset }) => Number(offset) >= 0)
      .map(({ partition, offset }) => [partition, BigInt(offset)]),
  );
}
