import type { KafkaRecord } from '@sluice/kafka';
import { headerText } from '@sluice/kafka';
import type { ByteWriter, EventContract, WriterSchema } from '@sluice/schemas';
import { prefixBytes } from '@sluice/schemas';
import { describeError } from '@sluice/telemetry';
import type { SinkRecord } from './sink.ts';

/** A record that is no tombstone. */
export type RecordWithValue = KafkaRecord & { readonly value: Buffer };

/**
 * A record that decodes or transcodes only when it is asked to. Bytes that do not fit their schema show only then: the record
 * remembers the failure, so that the runtime can reject it alone when the sink's `write` throws.
 */
export class LazyRecord<T> implements SinkRecord<T> {
  readonly raw: RecordWithValue;
  readonly schema: WriterSchema;
  /** Why the bytes cannot be read, once somebody has tried. */
  unreadable: string | undefined;
  readonly #contract: EventContract;
  readonly #partition: number;
  #value: T | undefined;

  constructor(raw: RecordWithValue, schema: WriterSchema, contract: EventContract, partition: number) {
    this.raw = raw;
    this.schema = schema;
    this.#contract = contract;
    this.#partition = partition;
  }

  get id(): string {
    return headerText(this.raw.headers, 'id') ?? `${this.#contract.topic}-${this.#partition}-${this.raw.offset}`;
  }

  writeId(out: ByteWriter): void {
    const header = this.raw.headers['id'];
    if (Buffer.isBuffer(header) && isPlainText(header)) {
      out.byte(quote);
      out.bytes(header);
      out.byte(quote);
    } else out.text(JSON.stringify(this.id));
  }

  get offset(): bigint {
    return this.raw.offset;
  }

  get timestamp(): Date {
    return new Date(this.raw.timestampMs);
  }

  get timestampMs(): number {
    return this.raw.timestampMs;
  }

  get key(): Buffer | null {
    return this.raw.key;
  }

  get headers(): KafkaRecord['headers'] {
    return this.raw.headers;
  }

  get avro(): Buffer {
    return this.raw.value.subarray(prefixBytes);
  }

  get value(): T {
    if (this.#value === undefined) {
      try {
        this.#value = this.schema.decode(this.avro, this.#contract) as T;
      } catch (error) {
        throw this.#failed(error);
      }
    }
    return this.#value;
  }

  writeJson(out: ByteWriter): void {
    try {
      this.schema.writeJson(this.raw.value, out, this.#contract, prefixBytes);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  #failed(error: unknown): unknown {
    this.unreadable = `the bytes do not fit schema ${this.schema.id}: ${describeError(error)}`;
    return error;
  }
}

const quote = 0x22;
const backslash = 0x5c;

/** Whether bytes mean themselves within a JSON string: printable ASCII, nothing to escape. */
function isPlainText(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte < 0x20 || byte > 0x7e || byte === quote || byte === backslash) return false;
  return true;
}
