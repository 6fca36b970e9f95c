import { headerText, type KafkaRecord } from '@sluice/kafka';
import {
  ByteWriter,
  prefixBytes,
  UnreadableRecord,
  type Codec,
  type EventContract,
  type WriterSchema,
} from '@sluice/schemas';
import { patiently, type Logger } from '@sluice/telemetry';
import type { ExpectedEvent } from './event-ledger.ts';
import { parseExact } from './exact-json.ts';

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
  const { codec, contract, placeOf, logger, signal } = options;
  const json = new ByteWriter();

  const schemaOf = async (value: Buffer) =>
    codec.cachedSchema(value) ??
    (await patiently(
      { what: 'the schema registry', signal, logger, isFinal: (error) => error instanceof UnreadableRecord },
      () => codec.fetchSchema(value),
    ).catch((error: unknown) => {
      if (error instanceof UnreadableRecord) return undefined;
      throw error;
    }));

  const read = (schema: WriterSchema, value: Buffer, form: EventContract | undefined): unknown => {
    json.length = 0;
    try {
      schema.writeJson(value, json, form, prefixBytes);
    } catch {
      // The bytes do not fit their schema: the sink finds the same, and has made it a dead letter.
      return undefined;
    }
    return parseExact(json.written().toString());
  };

  return async ({ value, offset, timestampMs }, partition, id) => {
    const schema = value === null ? undefined : await schemaOf(value);
    const as = (form?: EventContract) =>
      value === null || schema === undefined ? undefined : read(schema, value, form);
    return { partition, offset, id, place: placeOf(timestampMs), document: as(contract), asWritten: () => as() };
  };
}
