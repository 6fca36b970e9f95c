/** Record headers as Kafka carries them: a name may occur more than once. */
export type RecordHeaders = Readonly<Record<string, Buffer | string | readonly (Buffer | string)[] | undefined>>;

/** A record as it was read from Kafka, its bytes untouched. */
export interface KafkaRecord {
  readonly offset: bigint;
  /** Kafka's timestamp, which need not be the event time: see `statedTime`. */
  readonly timestampMs: number;
  /** Whether the broker set the timestamp, when the record arrived (`message.timestamp.type` of its topic). */
  readonly isArrivalTime: boolean;
  readonly key: Buffer | null;
  /** Null is a tombstone. */
  readonly value: Buffer | null;
  readonly headers: RecordHeaders;
  /**
   * Holds the value, for callers that need no Buffer for each record. Like `key` and `value` it is a view of the whole batch as it was
   * fetched: who keeps one keeps the batch in memory.
   */
  readonly bytes: Buffer;
  /** Where the value begins in `bytes`; -1 for a tombstone. */
  readonly valueStart: number;
  readonly valueEnd: number;
  /** Bytes of key, value and headers, about. */
  readonly size: number;
  /** One header, the last one where it occurs more than once; undefined where there is none. */
  header(name: string): Buffer | undefined;
}

/** One header's text, the last one where it occurs more than once. */
export function headerText(headers: RecordHeaders, name: string): string | undefined {
  return lastOf(headers, name)?.toString();
}

function lastOf(headers: RecordHeaders, name: string): Buffer | string | undefined {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return Array.isArray(value) ? (value as readonly (Buffer | string)[]).at(-1) : (value as Buffer | string | undefined);
}

/** A record made of its parts rather than fetched. */
export const kafkaRecord = (parts: RecordParts): KafkaRecord => new MadeRecord(parts);

interface RecordParts {
  offset: bigint;
  timestampMs: number;
  isArrivalTime?: boolean;
  key: Buffer | null;
  value: Buffer | null;
  headers?: RecordHeaders;
}

class MadeRecord implements KafkaRecord {
  readonly offset: bigint;
  readonly timestampMs: number;
  readonly isArrivalTime: boolean;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: RecordHeaders;
  readonly bytes: Buffer;
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly size: number;

  constructor({ offset, timestampMs, isArrivalTime = false, key, value, headers = {} }: RecordParts) {
    this.offset = offset;
    this.timestampMs = timestampMs;
    this.isArrivalTime = isArrivalTime;
    this.key = key;
    this.value = value;
    this.headers = headers;
    this.bytes = value ?? Buffer.alloc(0);
    this.valueStart = value === null ? -1 : 0;
    this.valueEnd = this.bytes.length;
    this.size = (key?.length ?? 0) + this.bytes.length;
  }

  header(name: string): Buffer | undefined {
    const value = lastOf(this.headers, name);
    return typeof value === 'string' ? Buffer.from(value) : value;
  }
}
