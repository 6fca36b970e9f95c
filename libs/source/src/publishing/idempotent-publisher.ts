import { RecordsRefused, type KafkaClient, type TopicRecord } from '@sluice/kafka';
import { retryForever, type Health, type Logger } from '@sluice/telemetry';
import { withoutRefused, type Publication, type Publisher } from './publisher.ts';

/**
 * The publisher of a source without cursors. The broker recognises a repetition while one producer lives; a producer that cannot continue
 * is replaced.
 */
export async function idempotentPublisher(options: {
  kafka: KafkaClient;
  signal: AbortSignal;
  logger: Logger;
  health: Health;
}): Promise<Publisher> {
  const { kafka, health } = options;
  const isFinal = (error: unknown) => error instanceof RecordsRefused;
  let producer = await kafka.producer();
  health.ready('kafka');

  const send = (topic: string, records: readonly TopicRecord[]) =>
    retryForever({ ...options, what: `Kafka to acknowledge records for ${topic}`, isFinal }, async (tries) => {
      if (tries > 1) {
        // Its sequence numbers may no longer match the broker's.
        await producer.disconnect().catch(() => {});
        producer = await kafka.producer();
      }
      await producer.send(topic, records);
    });

  /** Sends records of one topic, and what replaces those that are refused. */
  const sendAll = async (topic: string, publications: readonly Publication[]): Promise<TopicRecord[]> => {
    const records = publications.map(({ record }) => record);
    try {
      await send(topic, records);
      return records;
    } catch (error) {
      if (!(error instanceof RecordsRefused)) throw error;
      const refused = new Set<unknown>(error.records);
      const open = publications.filter(({ record }) => refused.has(record));
      return [...records.filter((record) => !refused.has(record)), ...(await sendRefused(open, error))];
    }
  };

  const sendRefused = async (publications: readonly Publication[], refusal: RecordsRefused): Promise<TopicRecord[]> => {
    if (!refusal.together) return publish(withoutRefused(publications, refusal));
    const half = publications.length >> 1;
    return [...(await publish(publications.slice(0, half))), ...(await publish(publications.slice(half)))];
  };

  const publish = async (publications: readonly Publication[]): Promise<TopicRecord[]> => {
    const published: TopicRecord[] = [];
    for (const [topic, group] of Map.groupBy(publications, ({ record }) => record.topic))
      published.push(...(await sendAll(topic, group)));
    return published;
  };

  return { cursor: undefined, publish, close: () => producer.disconnect() };
}
