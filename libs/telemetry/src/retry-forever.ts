import { setTimeout as delay } from 'node:timers/promises';
import { coded } from './errors/error-codes.ts';
import { describeError } from './log/describe-error.ts';
import { stillWaiting, type Waiting } from './still-waiting.ts';

const firstDelayMs = 100;
const longestDelayMs = 10_000;

/** The wait before try `attempt + 1`, in milliseconds: exponential, with full jitter, so that many clients do not return at once. */
export function backoffMs(attempt: number, longestMs = longestDelayMs, firstMs = firstDelayMs): number {
  return Math.random() * Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 20));
}

/** Waits. Ends at once, without an error, when the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}

export interface RetryForeverOptions extends Waiting {
  /** An error that no retry cures. Default: none. */
  isFinal?: (error: unknown) => boolean;
  longestDelayMs?: number;
}

/**
 * Retries without limit, with growing waits. One log line says what is waited for and why, another each time the reason changes or when
 * a try has had no outcome for some seconds, and a last one that the wait is over. `/ready` shows the same where health is given. An abort
 * ends it at once, also while a try is pending.
 *
 * @throws what `attempt` threw when it is final, and the abort reason when the signal is aborted
 */
export async function retryForever<T>(
  options: RetryForeverOptions,
  attempt: (tries: number) => Promise<T>,
): Promise<T> {
  const { what, signal, logger, health, isFinal = () => false } = options;
  let logged: string | undefined;
  let endWait: (() => void) | undefined;
  try {
    for (let tries = 1; ; tries++) {
      try {
        const result = await stillWaiting(options, () => attempt(tries));
        if (logged !== undefined) logger.info({ tries }, `no longer waiting for ${what}`);
        return result;
      } catch (error) {
        signal.throwIfAborted();
        if (isFinal(error)) throw error;
        const reason = describeError(error);
        if (reason !== logged) {
          logger.warn({ reason, ...coded('waiting') }, `waiting for ${what}`);
          endWait?.();
          endWait = health?.waiting(what, reason);
        }
        logged = reason;
      }
      await pause(backoffMs(tries, options.longestDelayMs), signal);
    }
  } finally {
    endWait?.();
  }
}
