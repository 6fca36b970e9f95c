import { connectKafka, deadLetterTopicSettings, type KafkaClient, type KafkaRecord } from '@sluice/kafka';
import { deadLetterTopic } from '@sluice/contracts';
import { stillWaiting, type AppContext } from '@sluice/telemetry';
import type { BigquerySinkConfig } from '../settings.ts';
import { placeKey, type Reread } from './refused-rows.ts';

/** Reads refused records from Kafka, over its own connection, which is opened with the first. */
export function kafkaReread(
  config: BigquerySinkConfig,
  { app, logger, health }: Pick<AppContext, 'app' | 'logger' | 'health'>,
): { reread: Reread; close(): Promise<void> } {
  let client: KafkaClient | undefined;

  const reread: Reread = async (topic, places, signal) => {
    client ??= await connectKafka({ config, clientId: app, logger, health, signal });
    // The runtime creates only the announcements' dead-letter topic, not those of the rows.
    await client.ensureTopics([deadLetterTopic(topic)], { signal, settings: deadLetterTopicSettings });
    const found = new Map<string, KafkaRecord>();
    const ends = new Map((await client.ends(topic))?.map((end) => [end.partition, end]));
    for (const { partition, offset } of places) {
      const end = ends.get(partition);
      if (end === undefined || offset < end.first || offset >= end.end) continue;
      await client.readRanges(
        topic,
        [{ partition, from: offset, to: offset + 1n }],
        (records) => {
          for (const record of records) found.set(placeKey(partition, record.offset), record);
        },
        signal,
      );
    }
    return found;
  };

  return {
    reread: (topic, places, signal) =>
      stillWaiting({ what: `refused records of ${topic} in Kafka`, signal, logger, health }, () =>
        reread(topic, places, signal),
      ),
    async close() {
      await client?.disconnect();
    },
  };
}
