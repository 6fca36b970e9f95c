import type { EventContract } from '@sluice/contracts';
import type { PartitionDescription, PartitionEnds, TopicDescription, TopicSetting } from '@sluice/kafka';
import type { OperationsAccess } from '../access.ts';
import { isReaderGroup } from '../lag/lag-reader.ts';
import { noSuchTopic } from './existing-topic.ts';
import { retentionText } from './retention.ts';
import { contractOf, topicKind, type TopicKind } from './topic-kind.ts';

/** A topic at a glance. */
export interface TopicSummary {
  topic: string;
  kind: TopicKind;
  contract: EventContract | undefined;
  partitions: number;
  replicas: number;
  /** Partitions with a replica that is not in sync, or without a leader. */
  underReplicated: number;
  /** Offsets that are kept. Transaction markers and aborted records have offsets, too. */
  offsets: bigint;
  retention: string;
  /** Kafka's timestamp of about the newest record; undefined where none is found near the end. */
  newestMs: number | undefined;
}

export interface TopicDetails extends TopicSummary {
  partitionDetails: TopicPartition[];
  settings: TopicSetting[];
  /** The consumer groups that have committed offsets of it. */
  groups: string[];
}

export interface TopicPartition extends PartitionDescription, PartitionEnds {
  newestMs: number | undefined;
}

/** All topics, sorted by name, Kafka's own included. */
export async function listTopics({ kafka }: OperationsAccess): Promise<TopicSummary[]> {
  const described = await kafka.admin.describeTopics();
  return Promise.all(
    described.map(async (topic) => {
      const [partitions, settings] = await Promise.all([
        describePartitions(kafka, topic),
        kafka.admin.topicSettings(topic.topic),
      ]);
      return summaryOf(topic.topic, partitions, settings);
    }),
  );
}

/** @throws OperationRefused when there is no such topic */
export async function describeTopic({ kafka }: OperationsAccess, topic: string): Promise<TopicDetails> {
  const [described] = await kafka.admin.describeTopics([topic]);
  if (described === undefined) return noSuchTopic(topic, await kafka.topics());
  const [partitionDetails, settings, groups] = await Promise.all([
    describePartitions(kafka, described),
    kafka.admin.topicSettings(topic),
    groupsOf(kafka, topic),
  ]);
  return { ...summaryOf(topic, partitionDetails, settings), partitionDetails, settings, groups };
}

function summaryOf(
  topic: string,
  partitions: readonly TopicPartition[],
  settings: readonly TopicSetting[],
): TopicSummary {
  const times = partitions.flatMap(({ newestMs }) => newestMs ?? []);
  return {
    ...{ topic, kind: topicKind(topic), contract: contractOf(topic) },
    partitions: partitions.length,
    replicas: partitions[0]?.replicas.length ?? 0,
    underReplicated: partitions.filter(({ leader, replicas, inSync }) => leader < 0 || inSync.length < replicas.length)
      .length,
    offsets: partitions.reduce((sum, { first, end }) => sum + end - first, 0n),
    retention: retentionText(settings),
    newestMs: times.length === 0 ? undefined : Math.max(...times),
  };
}

/** So many offsets before the end, a record is found past the markers of most transactions. */
const nearEnd = 20n;

async function describePartitions(
  kafka: OperationsAccess['kafka'],
  { topic, partitions }: TopicDescription,
): Promise<TopicPartition[]> {
  const ends = new Map((await kafka.ends(topic))?.map((one) => [one.partition, one]));
  const starts = new Map(
    [...ends.values()]
      .filter(({ first, end }) => end > first)
      .map(({ partition, first, end }) => [partition, end - nearEnd > first ? end - nearEnd : first]),
  );
  const newest = new Map(
    (await kafka.peek(topic, starts, 16 * 1024)).map((one) => [
      one.partition,
      one.kind === 'records' ? one.records.at(-1)?.timestampMs : undefined,
    ]),
  );
  return partitions.map((one) => ({
    ...one,
    first: ends.get(one.partition)?.first ?? 0n,
    end: ends.get(one.partition)?.end ?? 0n,
    newestMs: newest.get(one.partition),
  }));
}

async function groupsOf(kafka: OperationsAccess['kafka'], topic: string): Promise<string[]> {
  const groups = (await kafka.groups()).filter((group) => !isReaderGroup(group));
  const committed = await Promise.all(groups.map((group) => kafka.admin.groupOffsets(group)));
  return groups.filter((_, n) => committed[n]?.some((offset) => offset.topic === topic)).sort();
}
