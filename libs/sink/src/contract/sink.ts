import { MalformedAvro, type ByteWriter } from '@sluice/avro';
import type { EventContract, JsonForm } from '@sluice/contracts';
import type { WriterSchema } from '@sluice/schema-registry';
import type { RecordHeaders } from '@sluice/kafka';

/**
 * One Kafka record. It carries its Avro bytes; reading `value` decodes, `writeJson` transcodes: pay only for what you use.
 *
 * `value`, `writeJson` and `writeAvro` throw MalformedAvro if the bytes do not fit their schema. So does reading a field of `value` that
 * holds what its type cannot hold.
 */
export interface SinkRecord<T = unknown> {
  /** The event id, of 512 bytes at most: what the header `sluice-id` says, else `<topic>-<partition>-<offset>-<checksum>`. */
  readonly id: string;
  /** Appends the event id as a JSON string: what `JSON.stringify(id)` gives, mostly without making a string. */
  writeId(out: ByteWriter): void;
  readonly offset: bigint;
  /** The event time: the header `sluice-time`, else the Kafka timestamp, else the contract's time field. */
  readonly timestamp: Date;
  /** The same in milliseconds since the epoch. */
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly headers: RecordHeaders;
  /** The event, decoded on first read. */
  readonly value: T;
  /**
   * Appends the event as one JSON object, without a line break: a document unless another form is asked for. If it
   * throws, `out` is unchanged.
   */
  writeJson(out: ByteWriter, form?: JsonForm): void;
  /** The event's body, without the registry's five-byte prefix: Avro, or JSON where the rules of a topic say so. */
  readonly avro: Buffer;
  /** Appends the same to `out`, without allocating a Buffer. If it throws, `out` is unchanged. */
  writeAvro(out: ByteWriter): void;
  readonly schema: WriterSchema;
}

/** Records of ONE topic-partition, never empty, in offset order. */
export interface Batch<T = unknown> {
  readonly topic: string;
  readonly partition: number;
  readonly contract: EventContract;
  readonly records: readonly SinkRecord<T>[];
}

/** Why a destination does not take records now. */
export type RetryCause = 'unreachable' | 'timeout' | 'overloaded' | 'other';

/** What became of one record. There is no default and no fourth case. */
export type Verdict =
  | {
      readonly status: 'delivered';
      /** The fields whose values the destination has only as text, aside, as it refused them in their place; see `EventContract.refused`. */
      readonly rescued?: readonly string[];
    }
  | {
      readonly status: 'retry';
      readonly reason: string;
      /** Default: `other`. */
      readonly cause?: RetryCause;
    }
  | {
      readonly status: 'rejected';
      readonly reason: string;
      /** Default: `refused`. */
      readonly errorClass?: 'conflict' | 'undecodable';
    };

/** The one verdict of a record that is durable at the destination: shared, so that the common case allocates nothing. */
export const delivered: Verdict = Object.freeze({ status: 'delivered' });

/**
 * The verdict on a record that could not be read.
 *
 * @param error what reading it threw
 * @throws the error, unless it is MalformedAvro
 */
export function undecodable(error: unknown): Verdict {
  if (!(error instanceof MalformedAvro)) throw error;
  return { status: 'rejected', reason: error.message, errorClass: 'undecodable' };
}

/** An event that becomes true with a write (an object exists), published in the transaction that commits the batch. */
export interface OutputRecord {
  readonly topic: string;
  readonly key: Buffer | string | null;
  readonly value: Buffer;
  readonly headers?: RecordHeaders;
  /** The time of publishing unless given. */
  readonly timestampMs?: number;
}

/** What a sink gets with one call of `write`. */
export interface WriteContext {
  /**
   * Aborted when the partition is lost or the grace of a shutdown has passed: what is written after that is not
   * committed by this process.
   */
  readonly signal: AbortSignal;
  /** 1 for the first try of these records, counting up with each repetition. */
  readonly attempt: number;
}

/** The outcome of one `write`. */
export interface WriteResult {
  /** Exactly one per record, in order. A mismatch is a bug and stops the process. */
  readonly verdicts: readonly Verdict[];
  readonly outputs?: readonly OutputRecord[];
}

/**
 * Writes batches of records to one destination.
 *
 * 1. `open` prepares the destination. Called before the first write; repeatable; retried with backoff until it succeeds.
 * 2. `write` turns records into one request and its answer into verdicts. Calls for one partition are sequential (G7), calls
 *    for different partitions overlap. A pending `write` is backpressure. Throwing means "nothing is known": the batch comes again.
 *    A record that cannot be read gets the verdict `undecodable`; a MalformedAvro that leaves `write` stops the process.
 * 3. `close` releases what `open` took. Called once, after the last `write` has ended.
 *
 * The runtime owns everything else: decoding, batching, backpressure, retries, dead letters, offsets, rebalances, shutdown,
 * metrics and health. A sink therefore neither buffers nor retries nor logs in normal operation.
 */
export interface Sink<T = unknown> {
  /** What becomes of fields that only a record's writer knows, for the log line that names them. */
  readonly unknownFields?: string;
  /** The form of JSON in which it sends events, for `sluice tap`; a document unless it says otherwise. */
  readonly sentAs?: JsonForm;
  /** The topics of its outputs, which exist once it is open. */
  readonly outputTopics?: readonly string[];
  open(signal: AbortSignal): Promise<void>;
  /**
   * Prepares the destination for records that are written with this schema: it may have fields and types that the contract lacks. Called
   * before the first of them, by each process, at any time after `open`; retried until it succeeds.
   */
  learn?(contract: EventContract, schema: WriterSchema, signal: AbortSignal): Promise<void>;
  write(batch: Batch<T>, context: WriteContext): Promise<WriteResult>;
  close(): Promise<void>;
}
