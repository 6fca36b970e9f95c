import type { KafkaClient, KafkaRecord } from '@sluice/kafka';
import type { EventContract } from '@sluice/contracts';
import { prefixBytes, type Codec } from '@sluice/schema-registry';

/** Reads all committed events of a topic at this moment. @returns the last offset of each partition that has any */
export async function eachEvent<T>(
  { kafka, codec, signal }: { kafka: KafkaClient; codec: Codec; signal: AbortSignal },
  contract: EventContract<T>,
  onEvent: (event: T, record: KafkaRecord) => void,
): Promise<Map<number, bigint>> {
  const last = new Map<number, bigint>();
  const ranges = (await kafka.ends(contract.topic)) ?? [];
  await kafka.readRanges(
    contract.topic,
    ranges.map(({ partition, first, end }) => ({ partition, from: first, to: end })),
    async (records, partition) => {
      for (const record of records) {
        if (record.value === null) throw new Error(`${contract.topic} has a record without a value`);
        const schema = codec.cachedSchema(record.value) ?? (await codec.fetchSchema(record.value));
        onEvent(schema.decode(record.value.subarray(prefixBytes), contract) as T, record);
        last.set(partition, record.offset);
      }
    },
    signal,
  );
  return last;
}
