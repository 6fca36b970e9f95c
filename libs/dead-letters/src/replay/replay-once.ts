import { RecordsRefused, unreadableBatchClass, type TransactionalProducer } from '@sluice/kafka';
import type { DeadLetterAccess, DeadLetterProgress } from '../access.ts';
import { readDeadLetters } from '../read-dead-letters.ts';
import { deadLetterEvent, replayTime } from '../record/dead-letter-event.ts';
import type { DeadLetterRecord } from '../record/dead-letter-record.ts';
import type { DeadLetterFilter } from '../record/dead-letter-filter.ts';
import { TransactionRefused, type Refusals } from './refusals.ts';
import { readReplayMarks, replayMark, type ReplayMarks } from './replay-marks.ts';
import { replayedRecord } from './replayed-record.ts';

/** The outcome for the matching dead letters of one topic. */
export interface TopicReplay {
  /** The dead-letter topic. */
  topic: string;
  /** In a dry run, those that would be. */
  replayed: number;
  /** By an earlier run. */
  before: number;
  /** Those left because they have been replayed too often. */
  tooOften: DeadLetterRecord[];
  /** Those that the broker refuses, or that are not single records. */
  refused: { deadLetter: DeadLetterRecord; reason: string }[];
}

export interface ReplayOptions {
  access: DeadLetterAccess;
  topic: string;
  filter: DeadLetterFilter;
  /** The most dead letters that this run replays. */
  limit: number;
  /** A record that has been replayed so often is left. */
  maxReplays: number;
  /** Dead letters in one transaction. */
  transactionRecords: number;
  dryRun: boolean;
  /** Names this run in its marks. */
  run: string;
  progress: DeadLetterProgress;
}

/** The values of one transaction are in memory until it is committed. */
const transactionBytes = 4 * 1024 * 1024;

/**
 * One attempt, from the beginning of the topic.
 *
 * @param onPublished called after each transaction
 * @throws TransactionRefused when the broker refuses records
 */
export async function replayOnce(
  options: ReplayOptions,
  refusals: Refusals,
  onPublished: () => void,
): Promise<TopicReplay> {
  const { access, topic, filter, limit, dryRun, progress } = options;
  const { kafka, signal } = access;
  const producer = dryRun ? undefined : await kafka.transactionalProducer(`sluice-replay-${topic}`);
  const publishing = new Publishing(options, producer, onPublished);
  try {
    const marks = await readReplayMarks(kafka, topic, signal);
    const result: TopicReplay = { topic, replayed: 0, before: 0, tooOften: [], refused: [] };
    const onDeadLetter = async (deadLetter: DeadLetterRecord): Promise<'enough' | void> => {
      const isMeant = judge(deadLetter, { options, marks, refusals, result });
      if (isMeant) await publishing.add(deadLetter, refusals.isSuspect(deadLetter));
      return result.replayed + publishing.count >= limit ? 'enough' : undefined;
    };
    if (limit > 0) await readDeadLetters({ kafka, topic, filter, signal, progress, onDeadLetter });
    await publishing.flush();
    result.replayed += publishing.count;
    return result;
  } finally {
    await publishing.finish();
    await producer?.close();
  }
}

/** Counts a dead letter that is not to be published. @returns whether it is */
function judge(
  deadLetter: DeadLetterRecord,
  known: { options: ReplayOptions; marks: ReplayMarks; refusals: Refusals; result: TopicReplay },
): boolean {
  const { options, marks, refusals, result } = known;
  const markedBy = marks.runOf(deadLetter);
  const reason = refusals.reasonOf(deadLetter) ?? notARecord(deadLetter);
  if (markedBy === options.run) result.replayed++;
  else if (markedBy !== undefined) result.before++;
  else if (reason !== undefined) result.refused.push({ deadLetter, reason });
  else if (deadLetter.replays >= options.maxReplays) result.tooOften.push(deadLetter);
  else return true;
  return false;
}

const notARecord = ({ envelope }: DeadLetterRecord): string | undefined =>
  envelope.errorClass === unreadableBatchClass
    ? 'it is a whole batch that cannot be read; a replica or a backup may have its records'
    : undefined;

/** Gathers dead letters into transactions. Without a producer it only counts them. */
class Publishing {
  readonly #options: ReplayOptions;
  readonly #producer: TransactionalProducer | undefined;
  readonly #onPublished: () => void;
  #batch: DeadLetterRecord[] = [];
  #bytes = 0;
  #underWay = Promise.resolve();
  /** How many were added. */
  count = 0;

  constructor(options: ReplayOptions, producer: TransactionalProducer | undefined, onPublished: () => void) {
    this.#options = options;
    this.#producer = producer;
    this.#onPublished = onPublished;
  }

  /** @param isAlone gives it a transaction of its own */
  async add(deadLetter: DeadLetterRecord, isAlone: boolean): Promise<void> {
    if (isAlone) await this.flush();
    this.#batch.push(deadLetter);
    this.#bytes += deadLetter.record.value?.length ?? 0;
    this.count++;
    const isFull = this.#batch.length >= this.#options.transactionRecords || this.#bytes >= transactionBytes;
    if (isAlone || isFull) await this.flush();
  }

  async flush(): Promise<void> {
    const { access, run } = this.#options;
    const batch = this.#batch;
    [this.#batch, this.#bytes] = [[], 0];
    if (batch.length === 0 || this.#producer === undefined) return;
    access.signal.throwIfAborted();
    this.#underWay = publish(this.#producer, batch, access, run);
    await this.#underWay;
    this.#onPublished();
  }

  /** Waits for a transaction that is under way when an interruption ends the attempt. */
  async finish(): Promise<void> {
    await this.#underWay.catch(() => {});
  }
}

async function publish(
  producer: TransactionalProducer,
  deadLetters: readonly DeadLetterRecord[],
  access: DeadLetterAccess,
  run: string,
): Promise<void> {
  const records = [];
  for (const deadLetter of deadLetters) {
    const timeMs = await replayTime(deadLetter.envelope, () => deadLetterEvent(deadLetter, access));
    records.push(replayedRecord(deadLetter, timeMs), replayMark(deadLetter, run));
  }
  try {
    await producer.publish(records);
  } catch (error) {
    throw error instanceof RecordsRefused ? new TransactionRefused(deadLetters, error.message) : error;
  }
}
