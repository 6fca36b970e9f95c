import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import type { compressionTypes } from '../../compression/compression-codecs.ts';
import type { EventProducer } from '../../produce/event-producer.ts';
import { recordPlacement, type PartitionRecords } from '../../produce/record-placement.ts';
import { RecordsRefused, refusalOf } from '../../produce/records-refused.ts';
import { retryWhileRetriable } from '../../retries/retry-while-retriable.ts';
import { requestMessages } from './request-messages.ts';
import { topicPartitions } from './topic-partitions.ts';

/** kafkajs chooses partitions again in each of its retries, and its retries end when a broker is away for some seconds: both are done here. */
export async function createEventProducer(
  kafka: Kafka,
  admin: Admin,
  compression: (typeof compressionTypes)[keyof typeof compressionTypes],
): Promise<EventProducer> {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    // More retries follow here, of the very same batches to one leader.
    retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 5_000 },
  });
  const closed = new AbortController();
  const place = recordPlacement(topicPartitions(admin, closed.signal));
  await producer.connect();

  const produce = async (
    topic: string,
    partitions: readonly PartitionRecords[],
  ): Promise<RecordsRefused | undefined> => {
    const messages = requestMessages(partitions);
    try {
      await retryWhileRetriable({ signal: closed.signal }, () =>
        producer.send({ topic, acks: -1, compression, messages }),
      );
      return undefined;
    } catch (error) {
      const refused = refusalOf(
        error,
        partitions.flatMap(({ records }) => records),
      );
      if (refused === undefined) throw error;
      return refused;
    }
  };

  const sendToLeader = async (topic: string, partitions: readonly PartitionRecords[]): Promise<RecordsRefused[]> => {
    const refusal = await produce(topic, partitions);
    if (refusal === undefined) return [];
    if (partitions.length === 1) return [refusal];
    // One partition refused, others may have written, and kafkajs does not say which: it takes back the sequence numbers of all. The
    // same batches again, one by one, are therefore repetitions to the broker where they were written.
    const refused: RecordsRefused[] = [];
    for (const partition of partitions) {
      const own = await produce(topic, [partition]);
      if (own !== undefined) refused.push(own);
    }
    return refused;
  };

  return {
    async send(topic, records) {
      const byLeader = await place(topic, records);
      const refusals = (await Promise.all(byLeader.map((partitions) => sendToLeader(topic, partitions)))).flat();
      const [first] = refusals;
      if (first === undefined) return;
      const refused = refusals.flatMap((refusal) => refusal.records);
      throw new RecordsRefused(first.errorClass, first.message, refused);
    },
    disconnect() {
      closed.abort();
      return producer.disconnect();
    },
  };
}
