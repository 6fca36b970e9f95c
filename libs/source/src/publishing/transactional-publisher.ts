import { randomUUID } from 'node:crypto';
import {
  outgoingBytes,
  ProducerFenced,
  RecordsRefused,
  type KafkaClient,
  type TopicRecord,
  type TransactionalProducer,
} from '@sluice/kafka';
import { FatalError, retryForever, type Health, type Logger } from '@sluice/telemetry';
import { cursorStore, cursorTopic, type CursorStore, type StoredCursor } from './cursor-store.ts';
import { withoutRefused, type Publication, type Publisher } from './publisher.ts';

/** The name under which one process at a time may publish for a source. */
export const transactionalId = (source: string): string => `source.${source}`;

interface Options {
  kafka: KafkaClient;
  /** The source's name, with its instance where it has several: one process at a time may publish under it. */
  source: string;
  /** All that it publishes to, but for its cursors. */
  topics: readonly string[];
  /** Aborted when nothing new should begin. */
  starting: AbortSignal;
  signal: AbortSignal;
  logger: Logger;
  health: Health;
}

/** The right to publish for a source, with the producer that holds it: undefined from an error on, until it is opened again. */
interface Claim extends Options {
  readonly cursors: CursorStore;
  producer: TransactionalProducer | undefined;
}

/** What is published together, in one transaction. */
interface Chunk {
  publications: readonly Publication[];
  readonly cursorRecord: TopicRecord;
  /** Names the transaction in the cursor that it stores. */
  readonly id: string;
  /** The id of the chunk before it. */
  readonly previousId: string | undefined;
  /** Whether each record is sent in a separate request, so that a refusal names it. */
  apart: boolean;
}

/**
 * The publisher of a source with cursors: records and the cursor behind them in one transaction.
 *
 * Opening a producer ends what an earlier one of the same source left under way, in this process or another; the cursor is read after
 * that. Where the outcome of a transaction is unknown, the cursor therefore shows it: this chunk's (it is in), the one before (it is
 * not, and is published again), or another (another instance has continued from there).
 *
 * Of two instances one continues. Rarely both stop: when one opens its producer again just as the other commits its first chunk. Each
 * says that the other has taken over, and whatever supervises them starts them again.
 */
export async function transactionalPublisher(options: Options): Promise<Publisher> {
  const { kafka, source, starting, health } = options;
  const claim: Claim = { ...options, cursors: cursorStore(kafka, source), producer: undefined };
  const { cursors } = claim;
  // A chunk's id is made of this and its number.
  const publisherId = randomUUID();
  let chunks = 0;
  await cursors.prepare(starting);
  const what = `the cursor of ${source} in Kafka`;
  let { found: stored } = await retryForever({ ...options, what, signal: starting }, () => open(claim));
  health.ready('kafka');
  return {
    get cursor() {
      return stored.cursor;
    },
    async publish(publications, cursor = stored.cursor) {
      const id = `${publisherId}.${++chunks}`;
      const next = { ...(cursor !== undefined && { cursor }), chunk: id };
      const chunk: Chunk = {
        ...{ publications, id, previousId: stored.chunk, apart: false },
        cursorRecord: cursors.record(next),
      };
      await retryForever({ ...options, what: 'Kafka to acknowledge a chunk of events', isFinal }, async () => {
        while (!(await publishOnce(claim, chunk)));
      });
      stored = next;
      return chunk.publications.map(({ record }) => record);
    },
    close: () => drop(claim),
  };
}

const isFinal = (error: unknown): boolean => error instanceof FatalError || error instanceof RecordsRefused;

/** Fences the others, then reads where they came to. */
async function open(claim: Claim): Promise<{ producer: TransactionalProducer; found: StoredCursor }> {
  const { kafka, source, topics, cursors, signal } = claim;
  const producer = await kafka.transactionalProducer(transactionalId(source), {
    witness: cursorTopic(source),
    others: topics,
  });
  try {
    const found = await cursors.load(signal);
    claim.producer = producer;
    return { producer, found };
  } catch (error) {
    await producer.close();
    throw error;
  }
}

async function drop(claim: Claim): Promise<void> {
  const { producer } = claim;
  claim.producer = undefined;
  await producer?.close();
}

/** @returns whether the chunk is in Kafka; false when a refused record was replaced. @throws FatalError, RecordsRefused, and what may pass */
async function publishOnce(claim: Claim, chunk: Chunk): Promise<boolean> {
  let { producer } = claim;
  if (producer === undefined) {
    await assertNoSuccessor(claim, chunk);
    const opened = await open(claim);
    if (isIn(claim, chunk, opened.found)) return true;
    producer = opened.producer;
  }
  try {
    const records = chunk.publications.map(({ record }) => record);
    await producer.publish([...records, chunk.cursorRecord], { apart: chunk.apart });
    return true;
  } catch (error) {
    await drop(claim);
    if (error instanceof ProducerFenced) throw takenOver(claim);
    if (!(error instanceof RecordsRefused)) throw error;
    replaceRefused(claim, chunk, error);
    return false;
  }
}

/**
 * To open is to fence, and a successor that has continued must not be fenced. What is committed does not decide: Kafka acknowledges a
 * transaction before its records can be read, and a broker that was killed in between makes them readable late, or only when the
 * transactional id is opened again.
 *
 * @throws FatalError where another instance has continued
 */
async function assertNoSuccessor(claim: Claim, chunk: Chunk): Promise<void> {
  const { cursors, signal } = claim;
  if (isOwn(chunk, await cursors.load(signal))) return;
  // Behind a chunk that was acknowledged, nothing is written but the next one of this instance, or a successor's.
  if (!isOwn(chunk, await cursors.lastWritten(signal))) throw takenOver(claim);
}

const isOwn = ({ id, previousId }: Chunk, { chunk }: StoredCursor): boolean => chunk === id || chunk === previousId;

/** Whether the chunk is what was published last. @throws FatalError where another instance has continued */
function isIn(claim: Claim, chunk: Chunk, stored: StoredCursor): boolean {
  if (!isOwn(chunk, stored)) throw takenOver(claim);
  return stored.chunk === chunk.id;
}

function replaceRefused({ source }: Claim, chunk: Chunk, refusal: RecordsRefused): void {
  // The broker does not say which records of a request it refuses: the next try sends each in a separate request.
  chunk.apart = refusal.together;
  if (refusal.together) return;
  if (refusal.records.includes(chunk.cursorRecord)) throw cursorTooLarge(source, chunk.cursorRecord);
  chunk.publications = withoutRefused(chunk.publications, refusal);
}

const takenOver = ({ source }: Claim): FatalError =>
  new FatalError(
    `another instance of ${source} has taken over: run one, or give each a SOURCE_INSTANCE of its own and its own part of the origin`,
    'taken-over',
  );

const cursorTooLarge = (source: string, record: TopicRecord): FatalError =>
  new FatalError(
    `the cursor of ${source} is ${outgoingBytes(record)} bytes, before compression, and ${record.topic} takes less: raise its max.message.bytes`,
    'cursor-too-large',
  );
