import type { KafkaClient, KafkaRecord } from '@sluice/kafka';

/**
 * Follows a topic from where it ends now: each call of the function that it gives hands over the records that were committed since the
 * call before. Offsets below an open transaction are waited for, not skipped.
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
