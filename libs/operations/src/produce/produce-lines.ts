import { parseExact } from '@sluice/avro';
import { eventTime, topicName, type EventContract } from '@sluice/contracts';
import { outgoingEvent, RecordsRefused, type EventProducer, type OutgoingRecord } from '@sluice/kafka';
import { describeError } from '@sluice/telemetry';
import type { OperationsAccess } from '../access.ts';
import { endsOf } from '../topics/existing-topic.ts';
import { eventFromJson, NotAnEvent } from './event-from-json.ts';

export interface ProduceOptions {
  contract: EventContract;
  /** One event in JSON each. Empty lines are left out. */
  lines: AsyncIterable<string>;
  /** Publishes the other lines where one is refused. Otherwise the first refused line ends it, and the lines before it are published. */
  keepGoing: boolean;
  /** Checks all lines, and publishes nothing. */
  dryRun: boolean;
  signal: AbortSignal;
  /** @param line counts from 1 */
  onRefused: (line: number, reason: string) => void;
  onPublished: (total: number) => void;
}

export interface Produced {
  lines: number;
  /** In a dry run, those that would be. */
  published: number;
  refused: number;
}

/** How many events one request has, and how long an event waits for others. */
const eventsAtOnce = 500;
const longestWaitMs = 200;

/**
 * Publishes events from JSON, each checked against its contract and under the id, key and time that the contract gives it.
 *
 * @throws OperationRefused when the topic does not exist; the signal's reason when it is aborted: what was reported is published
 */
export async function produceLines(access: OperationsAccess, options: ProduceOptions): Promise<Produced> {
  const { contract, lines, keepGoing, dryRun, signal, onRefused } = options;
  const topic = topicName(contract);
  await endsOf(access, topic);
  const encode = await recordMaker(access, contract, dryRun);
  const producer = dryRun ? undefined : await access.kafka.producer();
  const produced: Produced = { lines: 0, published: 0, refused: 0 };
  let pending: OutgoingRecord[] = [];
  const flush = async (): Promise<void> => {
    const records = pending;
    pending = [];
    if (records.length === 0) return;
    produced.published += await send(producer, topic, records, (reason) => {
      produced.refused++;
      onRefused(produced.lines, reason);
    });
    options.onPublished(produced.published);
  };
  try {
    for await (const line of withPauses(lines, longestWaitMs)) {
      signal.throwIfAborted();
      if (line === undefined) {
        await flush();
        continue;
      }
      produced.lines++;
      if (line.trim() === '') continue;
      try {
        pending.push(encode(line));
      } catch (error) {
        if (!isRefusal(error)) throw error;
        produced.refused++;
        onRefused(produced.lines, refusalText(error));
        if (!keepGoing) break;
      }
      if (pending.length >= eventsAtOnce) await flush();
    }
    await flush();
    return produced;
  } finally {
    await producer?.disconnect();
  }
}

/** The lines, and `undefined` whenever the next one is not there in time: a person types slowly. */
async function* withPauses(lines: AsyncIterable<string>, ms: number): AsyncGenerator<string | undefined, void, void> {
  const iterator = lines[Symbol.asyncIterator]();
  try {
    for (let next = iterator.next(); ; next = iterator.next()) {
      const late = Promise.withResolvers<'late'>();
      const timer = setTimeout(() => late.resolve('late'), ms);
      const first = await Promise.race([next, late.promise]).finally(() => clearTimeout(timer));
      if (first === 'late') yield undefined;
      const { done, value } = first === 'late' ? await next : first;
      if (done === true) return;
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}

async function recordMaker(
  { codec }: OperationsAccess,
  contract: EventContract,
  dryRun: boolean,
): Promise<(line: string) => OutgoingRecord> {
  // Of a contract in general, only that its events are objects is known.
  const typed = contract as EventContract<object>;
  if (dryRun)
    return (line) => {
      const event = eventFromJson(contract.schema, parseExact(line));
      eventTime(typed, event);
      return { key: null, value: null };
    };
  const encoder = await codec.encoder(typed);
  return (line) =>
    outgoingEvent({ value: eventFromJson(contract.schema, parseExact(line)) }, typed, encoder, Date.now());
}

const isRefusal = (error: unknown): error is Error =>
  error instanceof SyntaxError || error instanceof NotAnEvent || error instanceof TypeError;

/** The parser quotes the line in its message: only the place is kept, since contents belong to the user's screen alone. */
function refusalText(error: Error): string {
  if (!(error instanceof SyntaxError)) return error.message;
  const position = /position (\d+)/.exec(error.message)?.[1];
  return position === undefined ? 'it is not JSON' : `it is not JSON, at character ${Number(position) + 1}`;
}

/** @returns how many were published */
async function send(
  producer: EventProducer | undefined,
  topic: string,
  records: readonly OutgoingRecord[],
  onRefused: (reason: string) => void,
): Promise<number> {
  try {
    await producer?.send(topic, records);
    return records.length;
  } catch (error) {
    if (!(error instanceof RecordsRefused)) throw error;
    for (const _ of error.records) onRefused(`Kafka refuses it or a line before it: ${describeError(error)}`);
    return records.length - error.records.length;
  }
}
