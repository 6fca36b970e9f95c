/** Record headers as Kafka carries them: a name may occur more than once. */
export type RecordHeaders = Readonly<Record<string, Buffer | string | readonly (Buffer | string)[] | undefined>>;

/** A record as it was read from Kafka, its bytes untouched. */
export interface KafkaRecord {
  readonly offset: bigint;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  /** Null is a tombstone. */
  readonly value: Buffer | null;
  readonly headers: RecordHeaders;
}

/** One header's text, the last one where it occurs more than once. */
export function headerText(headers: RecordHeaders, name: string): string | undefined {
  const value = headers[name];
  const last = Array.isArray(value)
    ? (value as readonly (Buffer | string)[]).at(-1)
    : (value as Buffer | string | undefined);
  return last?.toString();
}

/** kafkajs's form of a record: offset and timestamp as text. */
interface FetchedMessage {
  offset: string;
  timestamp: string;
  key: Buffer | null;
  value: Buffer | null;
  headers?: RecordHeaders;
}

const noHeaders: RecordHeaders = Object.freeze({});

/** A fetched record. Of most records nobody asks for the offset, and of many not for the time: they are read from their text then. */
export class FetchedRecord implements KafkaRecord {
  readonly #message: FetchedMessage;

  constructor(message: FetchedMessage) {
    this.#message = message;
  }

  get offset(): bigint {
    return BigInt(this.#message.offset);
  }

  get timestampMs(): number {
    return Number(this.#message.timestamp);
  }

  get key(): Buffer | null {
    return this.#message.key;
  }

  get value(): Buffer | null {
    return this.#message.value;
  }

  get headers(): RecordHeaders {
    return this.#message.headers ?? noHeaders;
  }
}
