import type { Health, Logger } from '@sluice/telemetry';
import type { KafkaAdmin } from './admin/kafka-admin.ts';
import type { TopicFollower } from './fetch/topic-follower.ts';
import type { PartitionEnds, TopicReader } from './fetch/topic-reader.ts';
import type { GroupConsumer, GroupOptions } from './group/group-consumer.ts';
import type { Place } from './group/group-offset.ts';
import type { GroupOffsets } from './group/group-offsets.ts';
import type { KafkaConfig } from './kafka-settings.ts';
import type { EventProducer } from './produce/event-producer.ts';
import type { TransactionalProducer } from './produce/transactional-producer.ts';

/**
 * A connected Kafka cluster: the only way to Kafka for everything outside this library. What any implementation must keep is in
 * `contract/`, as tests.
 */
export interface KafkaClient extends TopicReader, TopicFollower {
  readonly admin: KafkaAdmin;
  /**
   * Creates the topics that do not exist yet. Where this client may not create topics, waits until they exist.
   *
   * @param options.settings topic configuration entries, such as `cleanup.policy`
   * @param options.partitions how many each gets, if not as many as configured
   */
  ensureTopics(
    topics: readonly string[],
    options: { signal: AbortSignal; settings?: Readonly<Record<string, string>>; partitions?: number },
  ): Promise<void>;
  producer(): Promise<EventProducer>;
  join(options: Omit<GroupOptions, 'logger' | 'health'>): GroupConsumer;
  /**
   * The offsets of some partitions of a group, for a process that is not a member of it: their owners must commit nothing meanwhile.
   *
   * @param publishes all topics that are published to with them: then a transaction whose end Kafka has lost is ended
   */
  offsetsOf(groupId: string, places: readonly Place[], publishes?: readonly string[]): GroupOffsets;
  /**
   * Opens a producer whose records come in transactions; all earlier ones of the same id are fenced by then.
   *
   * @param topics what it writes to: then a transaction of it whose end Kafka has lost is ended before, as it was decided
   */
  transactionalProducer(
    transactionalId: string,
    topics?: {
      /** A topic that each of its transactions writes to, and nothing else. */
      witness: string;
      others: readonly string[];
    },
  ): Promise<TransactionalProducer>;
  /** The names of all topics. */
  topics(): Promise<string[]>;
  /** The names of all consumer groups, also of those without members whose offsets are kept. */
  groups(): Promise<string[]>;
  /**
   * The group's committed offsets by partition; a partition without one is absent. An offset that was committed in a transaction can
   * be missing for a moment after it: to continue from an offset, use `GroupOffsets`.
   */
  committedOffsets(groupId: string, topic: string): Promise<Map<number, bigint>>;
  /**
   * Where the records of partitions that can be read end: an open transaction lies behind. One request to each broker, for a caller that
   * asks again and again.
   */
  readableEnds(places: readonly Place[]): Promise<readonly ReadableEnd[]>;
  /**
   * The ends of all partitions of those topics that exist, as `ends` gives them for one: one request, and two to each broker, for a caller
   * that asks again and again.
   */
  endsOfTopics(topics: readonly string[]): Promise<Map<string, PartitionEnds[]>>;
  disconnect(): Promise<void>;
}

/** The offset after the last record of a partition that can be read. */
export interface ReadableEnd extends Place {
  readonly end: bigint;
}

export interface ConnectOptions {
  config: KafkaConfig;
  /** How the broker's logs and quotas name this process: the app's name. */
  clientId: string;
  logger: Logger;
  /** Shows when Kafka is waited for. */
  health?: Pick<Health, 'waiting'>;
  signal: AbortSignal;
}

/**
 * Connects to Kafka, waiting for as long as that takes.
 *
 * @throws FatalError when the brokers are older than Kafka 2.5
 */
export type ConnectKafka = (options: ConnectOptions) => Promise<KafkaClient>;
