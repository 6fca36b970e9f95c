import type { AppContext } from './run-app.ts';
import { stillWaiting } from './still-waiting.ts';

export interface TimeLimit {
  /** What is asked, as the subject of "did not answer": `S3 at https://s3.eu-central-1.amazonaws.com`. */
  what: string;
  timeoutMs: number;
  /** The setting of the time limit, where it has one. */
  timeoutSetting?: string | undefined;
  /** Learns of answers that are slow. */
  context?: Pick<AppContext, 'logger' | 'health'> | undefined;
}

/**
 * Asks something that may never answer, such as a server that has accepted a connection.
 *
 * @param attempt gets a signal that is aborted when the time is over, and when `stop` is
 * @throws what `attempt` throws, the reason of `stop`, and an Error in one sentence when the time is over
 */
export async function inTime<T>(
  { what, timeoutMs, timeoutSetting, context }: TimeLimit,
  stop: AbortSignal,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeoutMs);
  const signal = AbortSignal.any([stop, limit.signal]);
  try {
    if (context === undefined) return await attempt(signal);
    return await stillWaiting({ what, signal, ...context }, () => attempt(signal));
  } catch (error) {
    stop.throwIfAborted();
    if (!limit.signal.aborted) throw error;
    const within = timeoutSetting === undefined ? `${timeoutMs} ms` : `${timeoutSetting} (${timeoutMs} ms)`;
    throw new Error(`${what} did not answer within ${within}`);
  } finally {
    clearTimeout(timer);
  }
}
