import type { Admin } from 'kafkajs';
import type { PartitionLeader } from '../../produce/record-placement.ts';
import { retryWhileRetriable } from '../../retries/retry-while-retriable.ts';

/** Looks up the partitions of a topic. A topic that was just created has none for a moment. */
export const topicPartitions =
  (admin: Admin, signal: AbortSignal) =>
  async (topic: string): Promise<readonly PartitionLeader[]> => {
    const { topics } = await retryWhileRetriable({ signal }, () => admin.fetchTopicMetadata({ topics: [topic] }));
    return topics[0]?.partitions ?? [];
  };
