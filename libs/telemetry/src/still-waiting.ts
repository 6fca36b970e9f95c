import type { Health } from './server/health.ts';
import type { Logger } from './log/logger.ts';

/** How long something may take before it is said that it is waited for. */
const silentMs = 5_000;

export interface Waiting {
  /** What is waited for, as the object of "waiting for": `Kafka at localhost:9092`. */
  what: string;
  signal: AbortSignal;
  logger: Logger;
  /** Gets to know of waits that last. */
  health?: Pick<Health, 'waiting'> | undefined;
  /** How long the wait may last without a word, in milliseconds. */
  silentMs?: number;
}

/**
 * Waits for something that may never come, such as the answer of a server that has accepted a connection. After some seconds the log
 * and `/ready` say so. Ends at once when the signal is aborted; what was begun is left to itself then.
 *
 * @throws what `attempt` throws, and the abort reason
 */
export async function stillWaiting<T>(waiting: Waiting, attempt: () => Promise<T>): Promise<T> {
  const { what, signal, logger, health } = waiting;
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const startedMs = performance.now();
  let endWait: (() => void) | undefined;
  const timer = setTimeout(() => {
    const reason = `no answer for ${Math.round((performance.now() - startedMs) / 1000)} s`;
    endWait = health?.waiting(what, reason);
    logger.warn({ reason }, `still waiting for ${what}`);
  }, waiting.silentMs ?? silentMs);
  try {
    return await Promise.race([attempt(), aborted.promise]);
  } finally {
    clearTimeout(timer);
    endWait?.();
    signal.removeEventListener('abort', abort);
  }
}

/** Waits for a farewell that may never come, no longer than this. Its failure is of no interest any more. */
export async function atMost(ms: number, farewell: Promise<unknown> | undefined): Promise<void> {
  if (farewell === undefined) return;
  const limit = Promise.withResolvers<void>();
  const timer = setTimeout(limit.resolve, ms);
  await Promise.race([farewell.catch(() => {}), limit.promise]);
  clearTimeout(timer);
}
