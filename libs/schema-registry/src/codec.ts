import type { EventContract } from '@sluice/contracts';
import { encodeEvent, eventType, prefixBytes } from './encode-event.ts';
import { findSchema } from './registry/find-schema.ts';
import { registerSchema } from './registry/register-schema.ts';
import { registryClient, type RegistryOptions } from './registry/registry-client.ts';
import { jsonWriterSchema } from './json-writer-schema.ts';
import { UnreadableRecord } from './unreadable-record.ts';
import { writerSchema, type WriterSchema } from './writer-schema.ts';

/** Encodes events of one contract as Kafka values: a zero byte, the schema's id in four bytes, the Avro body. */
export interface Encoder<T> {
  readonly schemaId: number;
  /** @throws TypeError that names the fields, not their contents, when the event does not fit the contract */
  encode(event: T): Buffer;
}

/** Converts between Kafka values and events, through a Confluent-compatible schema registry. */
export interface Codec {
  /**
   * Registers the contract's schema (BACKWARD compatible), or finds it registered. Sources and processors call it at their start.
   *
   * @throws RefusedSchema when the schema breaks an earlier version; any other error is an outage
   */
  encoder<T>(contract: EventContract<T>): Promise<Encoder<T>>;
  /**
   * The writer schema of a Kafka value if it is cached; undefined when `fetchSchema` must be awaited first.
   *
   * @param start where the value begins in `bytes`; by default the value is all of them
   */
  cachedSchema(bytes: Buffer, start?: number, end?: number): WriterSchema | undefined;
  /**
   * The writer schema of a Kafka value, from the registry.
   *
   * @param readMs when the value was read from Kafka, by `performance.now()`. If the registry has denied the schema since then, that
   * holds for this value too, because a schema is registered before a value is written with it. Without `readMs` the registry is always
   * asked
   * @throws UnreadableRecord when the value can never be read; any other error is an outage, to be retried
   */
  fetchSchema(value: Buffer, readMs?: number): Promise<WriterSchema>;
}

export interface CodecOptions extends RegistryOptions {
  /** How many writer schemas are cached; the least recently fetched are dropped first. */
  maxSchemas?: number;
}

export function createCodec(options: CodecOptions): Codec {
  const { maxSchemas = 1000 } = options;
  const registries = registryClient(options);
  const schemas = new Map<number, WriterSchema>();
  const denied = new Map<number, Denial>();
  const underWay = new Map<number, Promise<WriterSchema>>();

  const schemaId = (value: Buffer): number => {
    if (value.length < prefixBytes || value[0] !== 0)
      throw new UnreadableRecord('the value does not begin with a registry schema id');
    return value.readUInt32BE(1);
  };

  const load = async (id: number): Promise<WriterSchema> => {
    const found = await registries.ask((registry, access) => findSchema(registry, id, access));
    const schema = found.format === 'JSON' ? jsonWriterSchema(id, found) : writerSchema(id, found);
    remember(schemas, id, schema, maxSchemas);
    return schema;
  };

  return {
    async encoder(contract) {
      const id = await registries.ask((registry, access) => registerSchema(registry, contract, access));
      const type = eventType(contract.schema);
      return { schemaId: id, encode: (event) => encodeEvent(type, id, event) };
    },
    cachedSchema: (bytes, start = 0, end = bytes.length) =>
      end - start >= prefixBytes && bytes[start] === 0 ? schemas.get(bytes.readUInt32BE(start + 1)) : undefined,
    async fetchSchema(value, readMs = Infinity) {
      const id = schemaId(value);
      const denial = denied.get(id);
      if (denial !== undefined && denial.askedMs >= readMs) throw denial.error;
      const known = schemas.get(id) ?? underWay.get(id);
      if (known !== undefined) return known;
      const askedMs = performance.now();
      const loading = load(id)
        .catch((error: unknown) => {
          if (error instanceof UnreadableRecord) remember(denied, id, { askedMs, error }, maxSchemas);
          throw error;
        })
        .finally(() => underWay.delete(id));
      underWay.set(id, loading);
      return loading;
    },
  };
}

/** The registry's answer that it does not have a schema, and when it was asked. */
interface Denial {
  askedMs: number;
  error: UnreadableRecord;
}

/** Caches what was found, by schema id, and drops the oldest. */
function remember<T>(known: Map<number, T>, id: number, found: T, most: number): void {
  known.delete(id);
  known.set(id, found);
  for (const oldest of known.keys()) {
    if (known.size <= most) break;
    known.delete(oldest);
  }
}
