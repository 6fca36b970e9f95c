import type { KafkaClient, KafkaRecord } from '@sluice/kafka';

/**
 * Follows a topic from its present end. Each call of the returned function passes on the records that were committed since the last call.
 * Offsets before an open transaction are not skipped, but read later.
 */
export async function committedRecords(
  kafka: KafkaClient,
  topic: string,
  signal: AbortSignal,
): Promise<(onRecord: (record: KafkaRecord) => Promise<void> | void) => Promise<void>> {
  const next = new Map((await kafka.ends(topic))?.map(({ partition, end }) => [partition, end]));
  return async (onRecord) => {
    const ends = (await kafka.ends(topic)) ?? [];
    await kafka.readRanges(
      topic,
      ends.map(({ partition, first, end }) => ({ partition, from: next.get(partition) ?? first, to: end })),
      async (records, partition) => {
        for (const record of records) {
          await onRecord(record);
          next.set(partition, record.offset + 1n);
        }
      },
      signal,
    );
  };
}
