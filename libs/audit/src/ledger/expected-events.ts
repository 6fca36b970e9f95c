import type { KafkaRecord } from '@sluice/kafka';
import type { EventContract } from '@sluice/contracts';
import type { Codec } from '@sluice/schema-registry';
import type { Logger } from '@sluice/telemetry';
import type { ExpectedEvent } from './event-ledger.ts';
import { recordJson } from '../reading/record-json.ts';
import { recordTime } from '../reading/record-time.ts';

/** Turns records into what the destination should have of them. A registry that is down is waited for. */
export function expectedEvents(options: {
  codec: Codec;
  contract: EventContract;
  placeOf: (timeMs: number) => string;
  logger: Logger;
  signal: AbortSignal;
}): (record: KafkaRecord, partition: number, id: string) => Promise<ExpectedEvent> {
  const { contract, placeOf } = options;
  const read = recordJson(options);
  return async (record, partition, id) => {
    const readable = await read(record);
    const timeMs = recordTime(record, readable, contract);
    return {
      partition,
      offset: record.offset,
      id,
      place: timeMs === undefined ? 'the dead letters' : placeOf(timeMs),
      document: readable?.document(contract),
      asKnown: () => readable?.document(contract, 'known document'),
      asWritten: () => readable?.document(),
    };
  };
}
