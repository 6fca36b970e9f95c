import type { KafkaRecord } from '@sluice/kafka';
import { headerText } from '@sluice/kafka';
import type { ByteWriter, EventContract, WriterSchema } from '@sluice/schemas';
import { prefixBytes } from '@sluice/schemas';
import { describeError } from '@sluice/telemetry';
import type { SinkRecord } from './sink.ts';

/**
 * A record that decodes or transcodes only when it is asked to. Bytes that do not fit their schema show only then: the record
 * remembers the failure, so that the runtime can reject it alone when the sink's `write` throws.
 */
export class LazyRecord<T> implements SinkRecord<T> {
  readonly id: string;
  readonly raw: KafkaRecord;
  readonly schema: WriterSchema;
  readonly avro: Buffer;
  /** Why the bytes cannot be read, once somebody has tried. */
  unreadable: string | undefined;
  readonly #contract: EventContract;
  #value: T | undefined;

  constructor(raw: KafkaRecord & { value: Buffer }, schema: WriterSchema, contract: EventContract, partition: number) {
    this.raw = raw;
    this.schema = schema;
    this.avro = raw.value.subarray(prefixBytes);
    this.id = headerText(raw.headers, 'id') ?? `${contract.topic}-${partition}-${raw.offset}`;
    this.#contract = contract;
  }

  get offset(): bigint {
    return this.raw.offset;
  }

  get timestamp(): Date {
    return new Date(this.raw.timestampMs);
  }

  get key(): Buffer | null {
    return this.raw.key;
  }

  get headers(): KafkaRecord['headers'] {
    return this.raw.headers;
  }

  get value(): T {
    if (this.#value === undefined)
      this.#value = this.#reading(() => this.schema.decode(this.avro, this.#contract) as T);
    return this.#value;
  }

  writeJson(out: ByteWriter): void {
    this.#reading(() => this.schema.writeJson(this.avro, out));
  }

  #reading<R>(read: () => R): R {
    try {
      return read();
    } catch (error) {
      this.unreadable = `the bytes do not fit schema ${this.schema.id}: ${describeError(error)}`;
      throw error;
    }
  }
}
