import type { FetchedPartition } from '../../fetch/topic-follower.ts';
import type { Cluster } from '../cluster.ts';
import { fetchedSet } from '../consume/fetched-batch.ts';
import { isFetchedMessage } from '../patches/fetch-decoder.ts';

interface FetchOptions {
  /** How long the broker may wait for the first record. */
  waitMs: number;
  /** The most bytes of one partition, before they are unpacked. A batch that is larger comes alone. */
  bytes: number;
}

/** Before they are unpacked, of one broker. */
const mostBytes = 4 * 1024 * 1024;

/**
 * Fetches from the partitions' leaders, without a consumer group: kafkajs reads in groups only. The cluster must know the topic.
 *
 * @throws what a leader answers; a partition that is not known is left out
 */
export async function directFetch(
  cluster: Cluster,
  topic: string,
  offsets: ReadonlyMap<number, bigint>,
  { waitMs, bytes }: FetchOptions,
): Promise<FetchedPartition[]> {
  const byLeader = Object.entries(cluster.findLeaderForPartitions(topic, [...offsets.keys()]));
  const answers = await Promise.all(
    byLeader.map(async ([nodeId, partitions]) => {
      const broker = await cluster.findBroker({ nodeId });
      const asked = partitions.map((partition) => ({
        ...{ partition, currentLeaderEpoch: -1, maxBytes: bytes },
        fetchOffset: String(offsets.get(partition)),
      }));
      const { responses } = await broker.fetch({
        ...{ maxWaitTime: waitMs, minBytes: 1, maxBytes: Math.min(mostBytes, bytes * partitions.length) },
        topics: [{ topic, partitions: asked }],
      });
      const answered = new Map(
        responses.flatMap((response) => response.partitions).map(({ partition, messages }) => [partition, messages]),
      );
      return partitions.map((partition) =>
        fetchedPartition(partition, offsets.get(partition) ?? 0n, answered.get(partition) ?? []),
      );
    }),
  );
  return answers.flat();
}

function fetchedPartition(partition: number, offset: bigint, messages: readonly unknown[]): FetchedPartition {
  const [message] = messages;
  if (message === undefined) return { kind: 'records', partition, records: [], nextOffset: offset };
  if (!isFetchedMessage(message)) throw new Error('Kafka 2.5 or newer is needed: the broker is older');
  const { records, nextOffset, unreadable, isOutOfRange } = fetchedSet(message.set, offset);
  if (isOutOfRange === true) return { kind: 'out of range', partition, offset };
  if (unreadable !== undefined) return { kind: 'unreadable', partition, batch: unreadable };
  return { kind: 'records', partition, records, nextOffset };
}
