import { headerText, type KafkaRecord } from '@sluice/kafka';
import type { Codec, EventContract } from '@sluice/schemas';
import type { Logger } from '@sluice/telemetry';
import type { ExpectedEvent } from './event-ledger.ts';
import { recordJson } from './record-json.ts';

/** A record's event id: its header `id`, else its place. */
export const recordId = (topic: string, partition: number, { headers, offset }: KafkaRecord): string =>
  headerText(headers, 'id') ?? `${topic}-${partition}-${offset}`;

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
    const { offset, timestampMs } = record;
    return {
      partition,
      offset,
      id,
      place: placeOf(timestampMs),
      document: readable?.document(contract),
      asWritten: () => readable?.document(),
    };
  };
}
