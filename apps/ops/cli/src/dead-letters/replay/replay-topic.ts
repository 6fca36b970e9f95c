import { unreadableBatchClass, ProducerFenced, RecordsRefused, type TransactionalProducer } from '@sluice/kafka';
import { backoffMs, describeError, pause } from '@sluice/telemetry';
import type { EventAccess } from '../../clients/event-access.ts';
import type { Progress } from '../../terminal/progress.ts';
import { UserError } from '../../user-error.ts';
import { letterEvent, replayTime } from '../letter/letter-event.ts';
import { letterName, type Letter } from '../letter/letter.ts';
import type { LetterFilter } from '../letter/letter-filter.ts';
import { readLetters } from '../read-letters.ts';
import { readReplayMarks, replayMark } from './replay-marks.ts';
import { replayedRecord } from './replayed-record.ts';

/** What became of the letters of one topic that were meant. */
export interface TopicReplay {
  /** The topic of dead letters. */
  topic: string;
  /** In a dry run, those that would be. */
  replayed: number;
  /** By an earlier run. */
  before: number;
  /** Come back so often already that they stay. */
  tooOften: Letter[];
  /** Never taken by the broker, or no record that could be. */
  refused: { letter: Letter; reason: string }[];
}

interface ReplayOptions {
  access: EventAccess;
  topic: string;
  filter: LetterFilter;
  /** The most letters that this run brings back. */
  limit: number;
  /** A letter that has come back so often stays. */
  maxReplays: number;
  /** Letters in one transaction. */
  transactionRecords: number;
  dryRun: boolean;
  /** Names this run in its marks. */
  run: string;
  progress: Progress;
}

/** Values of one transaction are kept in memory until it is committed. */
const transactionBytes = 4 * 1024 * 1024;
/** Tries in a row that may fail before the run gives up. It can be called again at any time. */
const mostFailures = 8;

/**
 * Replays the letters of one topic. Each transaction publishes records and their marks together. Whoever opens the producer of this
 * topic's transactional id fences all earlier runs and then reads the marks: what has none has not come back and, except by this run,
 * never will.
 *
 * @throws UserError when another run has taken over, or Kafka does not answer
 */
export async function replayTopic(options: ReplayOptions): Promise<TopicReplay> {
  const { access, topic, progress } = options;
  const { signal } = access;
  const refused = new Map<string, string>();
  /** Letters of a transaction that was refused: each is tried by itself. */
  const alone = new Set<string>();
  let failures = 0;
  for (;;) {
    let published = 0;
    try {
      return await replayOnce(options, refused, alone, () => published++);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ProducerFenced)
        throw new UserError(`Another replay of ${topic} goes on in place of this one.`);
      if (error instanceof TransactionRefused) {
        const [first, ...others] = error.letters;
        if (first !== undefined && others.length === 0)
          refused.set(letterName(first), `the broker refuses it (${error.reason})`);
        else for (const letter of error.letters) alone.add(letterName(letter));
        continue;
      }
      if (error instanceof UserError) throw error;
      failures = published > 0 ? 1 : failures + 1;
      const reason = describeError(error);
      if (failures >= mostFailures)
        throw new UserError(
          `The replay of ${topic} cannot go on: ${reason}. Run it again; what has come back stays known.`,
        );
      progress.say(`trying again to replay ${topic}: ${reason}`);
      await pause(backoffMs(failures), signal);
    }
  }
}

const noRecord = ({ envelope }: Letter): string | undefined =>
  envelope.errorClass === unreadableBatchClass
    ? 'it is a whole batch that cannot be read: a replica or a backup may have its records'
    : undefined;

/** The broker takes none of these letters, for what some of them are. */
class TransactionRefused extends Error {
  override readonly name = 'TransactionRefused';
  readonly letters: readonly Letter[];
  readonly reason: string;
  constructor(letters: readonly Letter[], reason: string) {
    super(reason);
    this.letters = letters;
    this.reason = reason;
  }
}

async function replayOnce(
  options: ReplayOptions,
  refused: ReadonlyMap<string, string>,
  alone: ReadonlySet<string>,
  onPublished: () => void,
): Promise<TopicReplay> {
  const { access, topic, filter, limit, maxReplays, transactionRecords, dryRun, run, progress } = options;
  const { kafka, signal } = access;
  const result: TopicReplay = { topic, replayed: 0, before: 0, tooOften: [], refused: [] };
  const producer = dryRun ? undefined : await kafka.transactionalProducer(`sluice-replay-${topic}`);
  let underWay = Promise.resolve();
  try {
    const marks = await readReplayMarks(kafka, topic, signal);
    let batch: Letter[] = [];
    let bytes = 0;

    const flush = async (): Promise<void> => {
      const letters = batch;
      [batch, bytes] = [[], 0];
      if (letters.length === 0) return;
      signal.throwIfAborted();
      if (producer !== undefined) {
        underWay = publish(producer, letters, access, run);
        await underWay;
        onPublished();
      }
      result.replayed += letters.length;
    };

    const onLetter = async (letter: Letter): Promise<'enough' | void> => {
      const reason = refused.get(letterName(letter)) ?? noRecord(letter);
      const markedBy = marks.runOf(letter);
      if (markedBy === run) result.replayed++;
      else if (markedBy !== undefined) result.before++;
      else if (reason !== undefined) result.refused.push({ letter, reason });
      else if (letter.replays >= maxReplays) result.tooOften.push(letter);
      else {
        const isAlone = alone.has(letterName(letter));
        if (isAlone) await flush();
        batch.push(letter);
        bytes += letter.record.value?.length ?? 0;
        if (isAlone || batch.length >= transactionRecords || bytes >= transactionBytes) await flush();
      }
      return result.replayed + batch.length >= limit ? 'enough' : undefined;
    };
    if (limit > 0) await readLetters({ kafka, topic, filter, signal, progress, onLetter });
    await flush();
    return result;
  } finally {
    // A transaction that an interruption meets is finished.
    await underWay.catch(() => {});
    await producer?.close();
  }
}

async function publish(
  producer: TransactionalProducer,
  letters: readonly Letter[],
  access: EventAccess,
  run: string,
): Promise<void> {
  const records = [];
  for (const letter of letters) {
    const timeMs = await replayTime(letter.envelope, () => letterEvent(letter, access));
    records.push(replayedRecord(letter, timeMs), replayMark(letter, run));
  }
  try {
    await producer.publish(records);
  } catch (error) {
    throw error instanceof RecordsRefused ? new TransactionRefused(letters, error.message) : error;
  }
}
