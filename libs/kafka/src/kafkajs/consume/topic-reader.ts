import type { Admin, Kafka } from 'kafkajs';
import type { OnRecord, PartitionEnds, TopicReader } from '../../fetch/topic-reader.ts';
import { retryWhileRetriable } from '../../retries/retry-while-retriable.ts';
import { newCluster } from '../cluster.ts';
import { explained } from '../explain-error.ts';
import { endsOf, partitionName } from './ends-of.ts';
import { readRanges } from './read-ranges.ts';

/** A topic that was just created has no leaders for less than this time. */
const newTopicMs = 30_000;

export function topicReader(kafka: Kafka, admin: Admin): TopicReader {
  const ends: TopicReader['ends'] = async (topic) => {
    if (!(await explained(admin.listTopics())).includes(topic)) return undefined;
    const offsets = await explained(
      retryWhileRetriable({ signal: AbortSignal.timeout(newTopicMs) }, () => admin.fetchTopicOffsets(topic)),
      { topics: [topic] },
    );
    return offsets
      .map(({ partition, low, high }) => ({ partition, first: BigInt(low), end: BigInt(high) }))
      .sort((a, b) => a.partition - b.partition);
  };
  const read = async (topic: string, ends: readonly PartitionEnds[], reading: Reading): Promise<void> => {
    const { onRecord, signal, readUncommitted } = reading;
    await readRanges(kafka, admin, {
      topic,
      ranges: ends.map(({ partition, first, end }) => ({ partition, from: first, to: end })),
      onRecords(records, partition) {
        for (const record of records) onRecord(record, partition);
      },
      ...{ signal, readUncommitted },
    });
  };
  return {
    ends,
    readRanges: (topic, ranges, onRecords, signal) => readRanges(kafka, admin, { topic, ranges, onRecords, signal }),
    async read(topic, onRecord, signal) {
      await read(topic, (await ends(topic)) ?? [], { onRecord, signal, readUncommitted: false });
    },
    async readUncommitted(topic, onRecord, signal) {
      const committed = (await ends(topic)) ?? [];
      if (committed.length === 0) return;
      const written = await writtenEnds(kafka, topic);
      const found = committed.map((one) => ({
        ...one,
        end: written.get(partitionName(topic, one.partition)) ?? one.end,
      }));
      await read(topic, found, { onRecord, signal, readUncommitted: true });
    },
  };
}

interface Reading {
  readonly onRecord: OnRecord;
  readonly signal: AbortSignal;
  readonly readUncommitted: boolean;
}

async function writtenEnds(kafka: Kafka, topic: string): ReturnType<typeof endsOf> {
  const cluster = newCluster(kafka, 0);
  try {
    await cluster.connect();
    return await explained(endsOf(cluster, [topic]), { topics: [topic] });
  } finally {
    await cluster.disconnect().catch(() => {});
  }
}
