import { eventTimeOf, idHeader, isIdText, recordId, type KafkaRecord } from '@sluice/kafka';
import { MalformedAvro, type ByteWriter, type Substitutions } from '@sluice/avro';
import type { EventContract, JsonForm } from '@sluice/contracts';
import type { WriterSchema } from '@sluice/schema-registry';
import { describeError } from '@sluice/telemetry';
import type { SinkRecord } from '../contract/sink.ts';

/** A record that decodes or transcodes only when it is asked to. Bytes that do not fit their schema show only then. */
export class LazyRecord<T> implements SinkRecord<T> {
  /** No tombstone. */
  readonly raw: KafkaRecord;
  readonly schema: WriterSchema;
  readonly timestampMs: number;
  readonly #contract: EventContract;
  readonly #partition: number;
  /** Called once, with the values that could not be written as they are; undefined after that. */
  #onSubstituted: ((found: Substitutions) => void) | undefined;
  #value: T | undefined;

  /** @throws what `eventTimeOf` throws, unless the time is given */
  constructor(
    raw: KafkaRecord,
    schema: WriterSchema,
    contract: EventContract,
    partition: number,
    timeMs = eventTimeOf(raw, contract, schema),
    onSubstituted?: (found: Substitutions) => void,
  ) {
    this.raw = raw;
    this.schema = schema;
    this.#contract = contract;
    this.#partition = partition;
    this.timestampMs = timeMs;
    this.#onSubstituted = onSubstituted;
  }

  get id(): string {
    return recordId(this.#contract, this.#partition, this.raw);
  }

  writeId(out: ByteWriter): void {
    const header = this.raw.header(idHeader);
    if (header !== undefined && isPlainText(header) && isIdText(header)) {
      out.byte(quote);
      out.bytes(header);
      out.byte(quote);
    } else out.text(JSON.stringify(this.id));
  }

  get offset(): bigint {
    return this.raw.offset;
  }

  get timestamp(): Date {
    return new Date(this.timestampMs);
  }

  get key(): Buffer | null {
    return this.raw.key;
  }

  get headers(): KafkaRecord['headers'] {
    return this.raw.headers;
  }

  get avro(): Buffer {
    const { bytes, valueStart, valueEnd } = this.raw;
    return bytes.subarray(valueStart + this.schema.prefixBytes, valueEnd);
  }

  get value(): T {
    if (this.#value === undefined) {
      try {
        this.#value = this.schema.decode(this.avro, this.#contract) as T;
      } catch (error) {
        throw this.#malformed(error);
      }
    }
    return this.#value;
  }

  writeJson(out: ByteWriter, form?: JsonForm): void {
    const { bytes, valueStart, valueEnd } = this.raw;
    try {
      const [contract, timeMs] = [this.#contract, this.timestampMs];
      const found = this.schema.writeJson(
        bytes,
        out,
        contract,
        valueStart + this.schema.prefixBytes,
        valueEnd,
        form,
        timeMs,
      );
      if (found === undefined) return;
      // A record may be written again, for another try.
      this.#onSubstituted?.(found);
      this.#onSubstituted = undefined;
    } catch (error) {
      throw this.#malformed(error);
    }
  }

  writeAvro(out: ByteWriter): void {
    const { bytes, valueStart, valueEnd } = this.raw;
    try {
      this.schema.check(bytes, valueStart + this.schema.prefixBytes, valueEnd, this.#contract);
    } catch (error) {
      throw this.#malformed(error);
    }
    out.range(bytes, valueStart + this.schema.prefixBytes, valueEnd);
  }

  #malformed(error: unknown): MalformedAvro {
    return new MalformedAvro(`the bytes do not fit schema ${this.schema.id}: ${describeError(error)}`);
  }
}

const quote = 0x22;
const backslash = 0x5c;

/** Whether bytes mean themselves within a JSON string: printable ASCII, nothing to escape. */
function isPlainText(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte < 0x20 || byte > 0x7e || byte === quote || byte === backslash) return false;
  return true;
}
