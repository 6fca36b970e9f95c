import { backoffMs, pause } from '@sluice/telemetry';
import { isRetriable } from './causes.ts';

export interface RetryOptions {
  /** Ends the retries: the next failure is thrown, and a pause ends at once. */
  signal?: AbortSignal;
  /** Default: no limit. */
  mostTries?: number;
  firstPauseMs?: number;
  longestPauseMs?: number;
  /** Runs after each pause. What it throws ends the retries. */
  beforeRetry?: () => Promise<void> | void;
}

/** For what passes within milliseconds, where the caller handles a failure that lasts. */
export const brief = { mostTries: 10, firstPauseMs: 10, longestPauseMs: 2_000 };

const never = new AbortController().signal;

/**
 * Retries while an attempt fails with an error that Kafka's protocol calls retriable. Logs nothing, and has no limit unless `mostTries`
 * sets one: kafkajs's own retries end when a broker is away for some seconds, whatever their number.
 *
 * @throws an error that is not retriable, and the last one when the tries are used up or the signal is aborted
 */
export async function retryWhileRetriable<T>(options: RetryOptions, attempt: () => Promise<T>): Promise<T> {
  const { signal = never, mostTries = Infinity, firstPauseMs, longestPauseMs = 5_000, beforeRetry } = options;
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isRetriable(error) || signal.aborted || tries >= mostTries) throw error;
    }
    await pause(backoffMs(tries, longestPauseMs, firstPauseMs), signal);
    await beforeRetry?.();
  }
}
