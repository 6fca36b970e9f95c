import { randomUUID } from 'node:crypto';
import {
  outgoingBytes,
  ProducerFenced,
  RecordsRefused,
  type KafkaClient,
  type TopicRecord,
  type TransactionalProducer,
} from '@sluice/kafka';
import { CannotGoOn, patiently, type Health, type Logger } from '@sluice/telemetry';
import { cursorStore, cursorTopic, type StoredCursor } from './cursor-store.ts';
import { withoutRefused, type Publisher } from './publisher.ts';

/** The name under which one process at a time may publish for a source. */
export const transactionalId = (source: string): string => `source.${source}`;

/**
 * The publisher of a source with cursors: records and the cursor behind them in one transaction.
 *
 * Opening a producer ends what an earlier one of the same source left under way, in this process or another; the cursor is read after
 * that. Where the outcome of a transaction is unknown, the cursor therefore tells it: this chunk's (it is in), the one before (it is
 * not, and is published again), or another (another instance has gone on from there).
 *
 * @param options.source the source's name, with its instance where it has several: one process at a time may publish under it
 * @param options.topics all that it publishes to, but for its cursors
 * @param options.starting aborted when nothing needs to be begun any more
 */
export async function transactionalPublisher(options: {
  kafka: KafkaClient;
  source: string;
  topics: readonly string[];
  starting: AbortSignal;
  signal: AbortSignal;
  logger: Logger;
  health: Health;
}): Promise<Publisher> {
  const { kafka, source, topics, starting, signal, logger, health } = options;
  const cursors = cursorStore(kafka, source);
  let producer: TransactionalProducer | undefined;

  const drop = async () => {
    const current = producer;
    producer = undefined;
    await current?.close();
  };
  /** Fences the others, then reads where they came to. */
  const open = async (): Promise<{ opened: TransactionalProducer; found: StoredCursor }> => {
    const fresh = await kafka.transactionalProducer(transactionalId(source), {
      witness: cursorTopic(source),
      others: topics,
    });
    try {
      const found = await cursors.load(signal);
      producer = fresh;
      return { opened: fresh, found };
    } catch (error) {
      await fresh.close();
      throw error;
    }
  };
  const fenced = () =>
    new CannotGoOn(
      `another instance of ${source} has taken over: run one, or give each a SOURCE_INSTANCE of its own and its own part of the origin`,
    );

  const tooLarge = (record: TopicRecord) =>
    new CannotGoOn(
      `the cursor of ${source} is ${outgoingBytes(record)} bytes, before compression, and ${record.topic} takes less: raise its max.message.bytes`,
    );

  await cursors.prepare(starting);
  let { found: stored } = await patiently(
    { what: `the cursor of ${source} in Kafka`, signal: starting, logger, health },
    open,
  );
  health.ready('kafka');

  return {
    get cursor() {
      return stored.cursor;
    },
    async publish(publications, cursor = stored.cursor) {
      const next = { ...(cursor !== undefined && { cursor }), chunk: randomUUID() };
      const cursorRecord = cursors.record(next);
      const what = 'Kafka to acknowledge a chunk of events';
      const isFinal = (error: unknown) => error instanceof CannotGoOn || error instanceof RecordsRefused;
      let current = publications;
      let apart = false;
      /** Whether this chunk is what was published last. @throws CannotGoOn where another instance has gone on */
      const isIn = ({ chunk }: StoredCursor): boolean => {
        if (chunk !== next.chunk && chunk !== stored.chunk) throw fenced();
        return chunk === next.chunk;
      };
      /** @returns whether nothing was refused */
      const tryOnce = async (): Promise<boolean> => {
        let publishing = producer;
        if (publishing === undefined) {
          // To open is to fence, and a successor that has gone on must not be.
          if (isIn(await cursors.load(signal))) return true;
          const { opened, found } = await open();
          if (isIn(found)) return true;
          publishing = opened;
        }
        try {
          const records = current.map(({ record }) => record);
          await publishing.publish([...records, cursorRecord], { apart });
          return true;
        } catch (error) {
          await drop();
          if (error instanceof ProducerFenced) throw fenced();
          if (!(error instanceof RecordsRefused)) throw error;
          // The broker does not say which records of a request it refuses: the next try asks for each by itself.
          apart = error.together;
          if (!apart && error.records.includes(cursorRecord)) throw tooLarge(cursorRecord);
          if (!apart) current = withoutRefused(current, error);
          return false;
        }
      };
      await patiently({ what, signal, logger, health, isFinal }, async () => {
        while (!(await tryOnce()));
      });
      stored = next;
      return current.map(({ record }) => record);
    },
    close: drop,
  };
}
