import type { Followed, KafkaRecord } from '@sluice/kafka';
import { backoffMs, describeError, pause } from '@sluice/telemetry';
import type { OperationsAccess } from '../access.ts';
import type { Filter } from '../filter/parse-filter.ts';
import { recordDecoder, type RecordDecoder, type TailedRecord } from './decode-record.ts';
import { tailRange, type TailEnd, type TailRange, type TailStart } from './tail-range.ts';

export interface TailOptions {
  topic: string;
  /** Default: `end`. */
  from?: TailStart;
  /** Default: it follows live, until the signal is aborted. */
  to?: TailEnd;
  /** Default: all. */
  partitions?: readonly number[];
  filter?: Filter;
  /** Ends after so many records. */
  limit?: number;
  /** Gives at most so many records a second, and counts the others. */
  perSecond?: number;
  /** Ends the tail, without an error. */
  signal: AbortSignal;
}

/** What a tail has seen. Every record it has read is in one of `shown`, `filtered`, `undecodable` and `overRate`. */
export interface TailCounts {
  read: number;
  shown: number;
  /** Those that the filter leaves out. */
  filtered: number;
  /** Those that a filter cannot be asked about. Without a filter they are shown. */
  undecodable: number;
  /** Those beyond `perSecond`. */
  overRate: number;
  /** Offsets that Kafka has removed, or that cannot be read. */
  skippedOffsets: bigint;
}

export type TailItem =
  | { readonly kind: 'record'; readonly record: TailedRecord }
  /** Offsets that cannot be read. Where `to` is undefined, the partition is given up. */
  | {
      readonly kind: 'skipped';
      readonly partition: number;
      readonly from: bigint;
      readonly to: bigint | undefined;
      readonly reason: string;
    }
  /** Kafka or the schema registry does not answer. The tail continues by itself. */
  | { readonly kind: 'waiting'; readonly what: string; readonly reason: string }
  | { readonly kind: 'resumed'; readonly what: string; readonly afterMs: number }
  /** After each look at Kafka, at least twice a second: a moment to show the counts. */
  | { readonly kind: 'looked' };

/** A topic's records. What the caller does not ask for is not fetched. */
export interface Tail extends AsyncIterable<TailItem> {
  readonly counts: Readonly<TailCounts>;
}

interface Tailing extends TailOptions {
  readonly access: OperationsAccess;
  readonly decoder: RecordDecoder;
  readonly counts: TailCounts;
  readonly admits: () => boolean;
}

/**
 * Reads a topic's records, decoded, and follows it live. Outside all consumer groups; survives outages of Kafka and of the registry. Its
 * iteration throws `OperationRefused` when there is no such topic, and what no repetition cures.
 */
export function tailTopic(access: OperationsAccess, options: TailOptions): Tail {
  const counts = { read: 0, shown: 0, filtered: 0, undecodable: 0, overRate: 0, skippedOffsets: 0n };
  const tailing: Tailing = {
    ...{ ...options, access, counts },
    decoder: recordDecoder(access),
    admits: rateLimit(options.perSecond),
  };
  return { counts, [Symbol.asyncIterator]: () => tailItems(tailing) };
}

async function* tailItems(tailing: Tailing): AsyncGenerator<TailItem, void, void> {
  const { access, topic, from = 'end', to, partitions, signal, limit = Infinity } = tailing;
  const range = await tailRange(access, { topic, from, to, partitions });
  dropFinished(range);
  if (range.from.size === 0) return;
  const follow = { signal, newPartitions: range.to === undefined && partitions === undefined };
  const stop = new AbortController();
  const followed = access.kafka.follow(topic, range.from, {
    ...follow,
    signal: AbortSignal.any([signal, stop.signal]),
  });
  try {
    for await (const one of followed) {
      yield* itemsOf(tailing, range, one);
      if (tailing.counts.shown >= limit) return;
      if (one.kind === 'position' && isFinished(range, one.next)) return;
    }
  } finally {
    stop.abort();
  }
}

/** Partitions without a record in the range. */
function dropFinished({ from, to }: TailRange): void {
  if (to === undefined) return;
  for (const [partition, end] of to) if ((from.get(partition) ?? end) >= end) from.delete(partition);
}

function isFinished({ from, to }: TailRange, next: ReadonlyMap<number, bigint>): boolean {
  if (to === undefined) return false;
  return [...from.keys()].every((partition) => {
    const position = next.get(partition);
    return position === undefined || position >= (to.get(partition) ?? position);
  });
}

async function* itemsOf(tailing: Tailing, range: TailRange, followed: Followed): AsyncGenerator<TailItem, void, void> {
  switch (followed.kind) {
    case 'records':
      yield* recordItems(tailing, range.to?.get(followed.partition), followed);
      return;
    case 'skipped': {
      const { partition, from, to } = followed;
      if (to !== undefined && to > from) tailing.counts.skippedOffsets += to - from;
      yield { kind: 'skipped', partition, from, to, reason: followed.reason };
      return;
    }
    case 'interrupted':
      yield { kind: 'waiting', what: 'Kafka', reason: followed.reason };
      return;
    case 'resumed':
      yield { kind: 'resumed', what: 'Kafka', afterMs: followed.afterMs };
      return;
    case 'position':
      yield { kind: 'looked' };
  }
}

async function* recordItems(
  tailing: Tailing,
  end: bigint | undefined,
  { partition, records }: Extract<Followed, { kind: 'records' }>,
): AsyncGenerator<TailItem, void, void> {
  const { topic, counts, filter, admits, signal, limit = Infinity } = tailing;
  for (const record of records) {
    if (end !== undefined && record.offset >= end) return;
    if (counts.shown >= limit || signal.aborted) return;
    const decoded = yield* decodeWaiting(tailing, partition, record);
    if (decoded === undefined) return;
    counts.read++;
    if (filter !== undefined) {
      const found = asked(filter, topic, decoded);
      if (found !== 'matches') {
        counts[found]++;
        continue;
      }
    }
    if (!admits()) {
      counts.overRate++;
      continue;
    }
    counts.shown++;
    yield { kind: 'record', record: decoded };
  }
}

function asked(filter: Filter, topic: string, record: TailedRecord): 'matches' | 'filtered' | 'undecodable' {
  const { partition, offset, key, timeMs: time, headers, value } = record;
  // A filter by the record's place needs no event.
  if (value.kind === 'undecodable' && filter.paths.length > 0) return 'undecodable';
  const document = value.kind === 'json' ? value.document : value.kind === 'text' ? value.text : null;
  return filter.matches({ document, kafka: { topic, partition, offset, key, time, headers } }) ? 'matches' : 'filtered';
}

/** @returns undefined when the signal is aborted */
async function* decodeWaiting(
  { topic, decoder, signal }: Tailing,
  partition: number,
  record: KafkaRecord,
): AsyncGenerator<TailItem, TailedRecord | undefined, void> {
  const startedMs = performance.now();
  let reported: string | undefined;
  for (let tries = 1; !signal.aborted; tries++) {
    try {
      const decoded = await decoder.decode(topic, partition, record);
      if (reported !== undefined)
        yield { kind: 'resumed', what: 'the schema registry', afterMs: performance.now() - startedMs };
      return decoded;
    } catch (error) {
      const reason = describeError(error);
      if (reason !== reported) yield { kind: 'waiting', what: 'the schema registry', reason };
      reported = reason;
    }
    await pause(backoffMs(tries, 2_000), signal);
  }
  return undefined;
}

/** @returns whether one more is admitted in this second */
function rateLimit(perSecond = Infinity): () => boolean {
  let [second, admitted] = [0, 0];
  return () => {
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) [second, admitted] = [now, 0];
    return ++admitted <= perSecond;
  };
}
