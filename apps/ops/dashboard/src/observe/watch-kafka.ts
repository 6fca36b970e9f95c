import { contracts, deadLetterTopic, storedObject, topicName } from '@sluice/contracts';
import type { PartitionEnds } from '@sluice/kafka';
import { lagReader, type GroupLag, type LagReader, type OperationsAccess } from '@sluice/operations';
import { describeError } from '@sluice/telemetry';
import type { TopicState } from '../api/overview.ts';
import { rates } from './rate.ts';

/** What Kafka says: topics, and how far the groups are. */
export interface KafkaState {
  /** When Kafka was asked. */
  atMs: number;
  topics: readonly TopicState[];
  groups: readonly GroupLag[];
}

/** All topics that may be of interest. Others, such as cursors, are not shown. */
const known: ReadonlyMap<string, TopicState['kind']> = new Map([
  ...contracts.map((contract) => [topicName(contract), 'events'] as const),
  [topicName(storedObject), 'objects'],
  ...[...contracts, storedObject].map((contract) => [deadLetterTopic(topicName(contract)), 'dead letters'] as const),
]);
/** So often Kafka is asked: that costs more than all other looks together. */
const everyMs = 9_000;
const timeoutMs = 8_000;
/** The page looks at every partition every few seconds: how old the oldest record is must cost little. */
const firstBytes = 4 * 1024;

/** Asks Kafka, through the first access that could be had. While Kafka does not answer, the last state stays. */
export function watchKafka() {
  const pace = rates();
  let reader: LagReader | undefined;
  let state: KafkaState = { atMs: -Infinity, topics: [], groups: [] };
  let underWay: Promise<void> | undefined;

  const read = async (access: OperationsAccess, nowMs: number): Promise<void> => {
    reader ??= lagReader(access, firstBytes);
    const [groups, topics] = await Promise.all([reader.read(), topicStates(access)]);
    for (const topic of topics) pace(topic.name).add(endOf(topic), nowMs);
    state = {
      ...{ atMs: nowMs, groups },
      topics: topics.map((topic) => {
        const { perSecond, grewMs } = pace(topic.name);
        return { ...topic, perSecond, ...(grewMs !== undefined && { quietSinceMs: grewMs }) };
      }),
    };
  };

  return {
    /** @returns why Kafka could not be asked */
    async look(access: OperationsAccess, nowMs: number): Promise<string | undefined> {
      if (nowMs - state.atMs < everyMs) return undefined;
      // A call that Kafka does not answer is waited for, rather than followed by more of them.
      underWay ??= read(access, nowMs).finally(() => (underWay = undefined));
      try {
        await Promise.race([underWay, timeUp()]);
        return undefined;
      } catch (error) {
        return describeError(error);
      }
    },
    get state(): KafkaState {
      return state;
    },
  };
}

async function topicStates({ kafka }: OperationsAccess): Promise<TopicState[]> {
  const found = await kafka.endsOfTopics([...known.keys()]);
  return [...found].map(([topic, ends]) => topicState(topic, ends)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

const topicState = (name: string, partitions: readonly PartitionEnds[]): TopicState => ({
  name,
  kind: known.get(name) ?? 'events',
  records: partitions.reduce((sum, { first, end }) => sum + Number(end - first), 0),
  partitions: partitions.map(({ partition, first, end }) => ({ partition, first: String(first), end: String(end) })),
  perSecond: undefined,
});

/** Grows with each record; what retention removes does not count. */
const endOf = ({ partitions }: TopicState): number => partitions.reduce((sum, { end }) => sum + Number(end), 0);

const timeUp = (): Promise<never> =>
  new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs).unref();
  });
