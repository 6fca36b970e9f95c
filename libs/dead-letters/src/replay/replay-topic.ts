import { ProducerFenced } from '@sluice/kafka';
import { backoffMs, describeError, pause } from '@sluice/telemetry';
import { DeadLettersRefused } from '../access.ts';
import { Refusals, TransactionRefused } from './refusals.ts';
import { replayOnce, type ReplayOptions, type TopicReplay } from './replay-once.ts';

/** Attempts in a row that may fail without a transaction. The command can be called again at any time. */
const mostFailures = 8;

/**
 * Replays the dead letters of one topic. Each transaction publishes records together with their marks. Opening the producer of this
 * topic's transactional id fences all earlier runs; only then are the marks read. So a dead letter without a mark has not been replayed,
 * and no other run can still replay it.
 *
 * @throws DeadLettersRefused when another run has taken over, or Kafka does not answer
 */
export async function replayTopic(options: ReplayOptions): Promise<TopicReplay> {
  const refusals = new Refusals();
  for (;;) {
    try {
      return await withRetries(options, (onPublished) => replayOnce(options, refusals, onPublished));
    } catch (error) {
      if (error instanceof ProducerFenced)
        throw new DeadLettersRefused(`Another replay of ${options.topic} has taken over from this one.`);
      if (!(error instanceof TransactionRefused)) throw error;
      refusals.add(error);
    }
  }
}

async function withRetries(
  { access: { signal }, topic, progress }: ReplayOptions,
  attempt: (onPublished: () => void) => Promise<TopicReplay>,
): Promise<TopicReplay> {
  let failures = 0;
  for (;;) {
    try {
      return await attempt(() => (failures = 0));
    } catch (error) {
      signal.throwIfAborted();
      if ([DeadLettersRefused, ProducerFenced, TransactionRefused].some((final) => error instanceof final)) throw error;
      const reason = describeError(error);
      if (++failures >= mostFailures)
        throw new DeadLettersRefused(
          `Cannot replay ${topic}: ${reason}. Run it again; it continues where this run ended.`,
        );
      progress.say(`trying again to replay ${topic}: ${reason}`);
      await pause(backoffMs(failures), signal);
    }
  }
}
