import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '@sluice/config';
import kafkajs, { type Admin } from 'kafkajs';
import { vi } from 'vitest';
import { capturedLog, type LogLine } from './captured-log.ts';
import type { ConnectKafka, KafkaClient } from '../kafka-client.ts';
import { connectKafka } from '../kafkajs/connect-kafka.ts';
import { kafkaSettings } from '../kafka-settings.ts';
import { kafkaRecord, type KafkaRecord } from '../records/kafka-record.ts';

/** A name that no other test has. */
export const uniqueName = (what: string): string => `${what}-${randomUUID().slice(0, 8)}`;

/** Repeats an assertion until it holds. Here, since this library's tests cannot depend on what depends on it. */
export const eventually = <T>(assertion: () => T | Promise<T>, withinMs = 30_000): Promise<T> =>
  vi.waitFor(assertion, { timeout: withinMs, interval: 100 });

/** A connected client for a test, and what it logs. */
export interface TestKafka extends KafkaClient {
  lines: LogLine[];
  /** Creates a topic of this test. */
  topic(options?: { partitions?: number; settings?: Record<string, string> }): Promise<string>;
  /** Changes settings of a topic. */
  configure(topic: string, settings: Readonly<Record<string, string>>): Promise<void>;
  /** What a setting of a topic is. */
  setting(topic: string, name: string): Promise<string | undefined>;
  /** Removes a partition's records before an offset, as retention does. */
  removeBefore(topic: string, partition: number, offset: bigint): Promise<void>;
  /** Allows a user operations on everything of that name, where the broker has an authorizer. */
  allow(
    user: string,
    on: 'TOPIC' | 'GROUP' | 'TRANSACTIONAL_ID',
    name: string,
    operations: readonly ('READ' | 'WRITE' | 'DESCRIBE' | 'CREATE')[],
  ): Promise<void>;
  /** Sets a group's committed offset, while the group has no members. */
  moveGroup(groupId: string, topic: string, partition: number, offset: bigint): Promise<void>;
  /** All committed records of a topic at this moment, by partition and offset. */
  records(topic: string): Promise<(KafkaRecord & { partition: number })[]>;
}

/** A topic whose ends are the same in so many looks, one after the other, is at rest. */
const restLooks = 5;

/**
 * Waits until what can be read of a topic stays the same, or for two seconds, as others may still publish. The mark of a commit comes to
 * the partitions of a transaction one after the other: where the offset is committed already, its records may show a moment later.
 */
async function atRest(ends: () => ReturnType<KafkaClient['ends']>): Promise<void> {
  const deadlineMs = performance.now() + 2_000;
  for (let [before, looks] = ['', 0]; looks < restLooks && performance.now() < deadlineMs;) {
    const now = (await ends())?.map(({ partition, end }) => `${partition}:${end}`).join() ?? '';
    looks = now === before ? looks + 1 : 1;
    before = now;
    await delay(50);
  }
}

/**
 * @param environment more `KAFKA_…` variables
 * @param connect makes the client; its default is the one that is used
 */
export async function testKafka(
  brokers: string,
  environment: Record<string, string> = {},
  connect: ConnectKafka = connectKafka,
): Promise<TestKafka> {
  const connected = async (more: Record<string, string>) => {
    const config = loadConfig('test', kafkaSettings, { KAFKA_BROKERS: brokers, ...environment, ...more });
    const { logger, lines } = capturedLog();
    const client = await connect({ config, clientId: 'test', logger, signal: new AbortController().signal });
    return { client, lines };
  };
  const { client, lines } = await connected({});
  const withAdmin = async <T>(act: (admin: Admin) => Promise<T>): Promise<T> => {
    const admin = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING }).admin();
    await admin.connect();
    return act(admin).finally(() => admin.disconnect());
  };
  return {
    ...client,
    lines,
    async topic({ partitions = 1, settings = {} } = {}) {
      const topic = uniqueName('test');
      const creator = await connected({ KAFKA_TOPIC_PARTITIONS: String(partitions) });
      await creator.client.ensureTopics([topic], { signal: AbortSignal.timeout(30_000), settings });
      await creator.client.disconnect();
      return topic;
    },
    async configure(topic, settings) {
      const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
      const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries };
      await withAdmin((admin) => admin.alterConfigs({ validateOnly: false, resources: [resource] }));
    },
    async setting(topic, name) {
      const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: [name] };
      const { resources } = await withAdmin((admin) =>
        admin.describeConfigs({ includeSynonyms: false, resources: [resource] }),
      );
      return resources[0]?.configEntries[0]?.configValue;
    },
    removeBefore: (topic, partition, offset) =>
      withAdmin(async (admin) => {
        // kafkajs looks for the leader in metadata that it has only once it has asked for them.
        await admin.fetchTopicOffsets(topic);
        await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });
      }),
    async allow(user, on, resourceName, operations) {
      const acl = operations.map((operation) => ({
        resourceType: kafkajs.AclResourceTypes[on],
        resourceName,
        resourcePatternType: kafkajs.ResourcePatternTypes.LITERAL,
        principal: `User:${user}`,
        host: '*',
        operation: kafkajs.AclOperationTypes[operation],
        permissionType: kafkajs.AclPermissionTypes.ALLOW,
      }));
      await withAdmin((admin) => admin.createAcls({ acl }));
    },
    moveGroup: (groupId, topic, partition, offset) =>
      withAdmin((admin) => admin.setOffsets({ groupId, topic, partitions: [{ partition, offset: String(offset) }] })),
    async records(topic) {
      await atRest(() => client.ends(topic));
      const found: (KafkaRecord & { partition: number })[] = [];
      const onRecord = (record: KafkaRecord, partition: number) =>
        void found.push(Object.assign(kafkaRecord(record), { partition }));
      await client.read(topic, onRecord, AbortSignal.timeout(60_000));
      return found.sort((a, b) => a.partition - b.partition || Number(a.offset - b.offset));
    },
  };
}
