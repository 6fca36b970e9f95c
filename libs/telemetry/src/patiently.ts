import { setTimeout as delay } from 'node:timers/promises';
import { describeError } from './describe-error.ts';
import type { Logger } from './logger.ts';

const firstDelayMs = 100;
const longestDelayMs = 10_000;

/** A wait before try `attempt + 1`, in milliseconds: exponential, with full jitter, so that many clients do not return at once. */
export function backoffMs(attempt: number, longestMs = longestDelayMs): number {
  return Math.random() * Math.min(longestMs, firstDelayMs * 2 ** Math.min(attempt, 20));
}

/** Waits; ends at once, without an error, when the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}

export interface PatientOptions {
  /** What is being tried, as the object of "waiting for": `Kafka at localhost:9092`. */
  what: string;
  signal: AbortSignal;
  logger: Logger;
  /** An error for which waiting does not help. Default: none. */
  isFinal?: (error: unknown) => boolean;
  longestDelayMs?: number;
}

/**
 * Tries until it succeeds, without limit, with growing waits between the tries. One log line says what is waited for and why, one
 * more each time the reason changes, and one says when it is over.
 *
 * @throws what `attempt` threw when it is final, and the abort reason when the signal is aborted
 */
export async function patiently<T>(options: PatientOptions, attempt: (tries: number) => Promise<T>): Promise<T> {
  const { what, signal, logger, isFinal = () => false } = options;
  let told: string | undefined;
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    try {
      const result = await attempt(tries);
      if (told !== undefined) logger.info({ tries }, `no longer waiting for ${what}`);
      return result;
    } catch (error) {
      if (isFinal(error)) throw error;
      signal.throwIfAborted();
      const reason = describeError(error);
      if (reason !== told) logger.warn({ reason }, `waiting for ${what}`);
      told = reason;
    }
    await pause(backoffMs(tries, options.longestDelayMs), signal);
  }
}
