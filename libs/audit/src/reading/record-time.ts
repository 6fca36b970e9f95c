import { eventTimeOf, type KafkaRecord } from '@sluice/kafka';
import type { EventContract } from '@sluice/contracts';
import type { ReadableRecord } from './record-json.ts';

/** The event time that a sink goes by; undefined where a record has none, which makes it a dead letter. */
export function recordTime(
  record: KafkaRecord,
  readable: ReadableRecord | undefined,
  contract: EventContract,
): number | undefined {
  try {
    return readable && eventTimeOf(record, contract, readable.schema);
  } catch {
    return undefined;
  }
}
