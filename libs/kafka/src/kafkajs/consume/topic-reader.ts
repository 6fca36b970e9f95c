import type { Admin, Kafka } from 'kafkajs';
import type { TopicReader } from '../../fetch/topic-reader.ts';
import { retryWhileRetriable } from '../../retries/retry-while-retriable.ts';
import { explained } from '../explain-error.ts';
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
  return {
    ends,
    readRanges: (topic, ranges, onRecords, signal) => readRanges(kafka, admin, { topic, ranges, onRecords, signal }),
    async read(topic, onRecord, signal) {
      const found = (await ends(topic)) ?? [];
      await readRanges(kafka, admin, {
        topic,
        ranges: found.map(({ partition, first, end }) => ({ partition, from: first, to: end })),
        onRecords(records, partition) {
          for (const record of records) onRecord(record, partition);
        },
        signal,
      });
    },
  };
}
