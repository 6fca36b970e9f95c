import type { EventContract } from '@sluice/contracts';
import type { KafkaRecord } from '@sluice/kafka';

/** The records that sinks deliver or dead-letter: all but tombstones that the rules of a topic without a contract leave out. */
export const deliveredRecords = (
  { derived }: EventContract,
  records: readonly KafkaRecord[],
): readonly KafkaRecord[] => (derived?.tombstones === 'skip' ? records.filter(({ value }) => value !== null) : records);
