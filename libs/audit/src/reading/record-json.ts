import { eventTimeOf, type KafkaRecord } from '@sluice/kafka';
import { parseExact, ByteWriter } from '@sluice/avro';
import type { EventContract, JsonForm } from '@sluice/contracts';
import { codecOf, UnreadableRecord, type Codec, type WriterSchema } from '@sluice/schema-registry';
import { retryForever, type Logger } from '@sluice/telemetry';

/** A record whose writer schema is known. */
export interface ReadableRecord {
  schema: WriterSchema;
  /**
   * Its JSON: in the contract's form, or in that of the schema that it was written with. A view, good until the next call for any
   * record; undefined where its bytes do not fit their schema.
   */
  json(contract?: EventContract, form?: JsonForm): Buffer | undefined;
  /** The same, parsed: see `parseExact`. */
  document(contract?: EventContract, form?: JsonForm): unknown;
}

/** Reads records as a sink does. A registry that is down is waited for. */
export function recordJson(options: {
  codec: Codec;
  contract: EventContract;
  logger: Logger;
  signal: AbortSignal;
}): (record: KafkaRecord) => Promise<ReadableRecord | undefined> {
  const { logger, signal } = options;
  const codec = codecOf(options.contract, options.codec);
  const out = new ByteWriter();

  const schemaOf = async (value: Buffer) =>
    codec.cachedSchema(value) ??
    (await retryForever(
      { what: 'the schema registry', signal, logger, isFinal: (error) => error instanceof UnreadableRecord },
      () => codec.fetchSchema(value),
    ).catch((error: unknown) => {
      if (error instanceof UnreadableRecord) return undefined;
      throw error;
    }));

  return async (record) => {
    const { value } = record;
    const schema = value === null ? undefined : await schemaOf(value);
    if (value === null || schema === undefined) return undefined;
    const json: ReadableRecord['json'] = (contract, form) => {
      out.length = 0;
      try {
        const timeMs = contract?.derived === undefined ? undefined : eventTimeOf(record, contract, schema);
        schema.writeJson(value, out, contract, schema.prefixBytes, value.length, form, timeMs);
      } catch {
        // The bytes do not fit their schema: the sink finds the same, and has made it a dead letter.
        return undefined;
      }
      return out.written();
    };
    return {
      schema,
      json,
      document(contract, form) {
        const text = json(contract, form)?.toString();
        return text === undefined ? undefined : parseExact(text);
      },
    };
  };
}
