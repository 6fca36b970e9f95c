import { coded } from './errors/error-codes.ts';
import type { Health } from './server/health.ts';
import type { Logger } from './log/logger.ts';

/** How long something may take before the log says that it is waited for. */
const silentMs = 5_000;

export interface Waiting {
  /** What is waited for, as the object of "waiting for": `Kafka at localhost:9092`. */
  what: string;
  signal: AbortSignal;
  logger: Logger;
  /** Shows waits that last. */
  health?: Pick<Health, 'waiting'> | undefined;
  /** How long the wait may last before it is logged, in milliseconds. */
  silentMs?: number;
}

/**
 * Waits for something that may never come, such as the answer of a server that has accepted a connection. After some seconds the log
 * and `/ready` show the wait. Ends at once when the signal is aborted; the attempt then runs on unobserved.
 *
 * @throws what `attempt` throws, and the abort reason
 */
export async function stillWaiting<T>(waiting: Waiting, attempt: () => Promise<T>): Promise<T> {
  const { what, signal, logger, health } = waiting;
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const [startedMs, sinceMs] = [performance.now(), Date.now()];
  let endWait: (() => void) | undefined;
  const timer = setTimeout(() => {
    const reason = `no answer for ${Math.round((performance.now() - startedMs) / 1000)} s`;
    endWait = health?.waiting(what, reason, sinceMs);
    logger.warn({ reason, ...coded('waiting') }, `still waiting for ${what}`);
  }, waiting.silentMs ?? silentMs);
  try {
    attempt().then(resolve, reject);
    return await promise;
  } finally {
    clearTimeout(timer);
    endWait?.();
    signal.removeEventListener('abort', abort);
  }
}

/** Waits for something that may never come, such as the end of a connection, but not longer than this. Ignores its failure. */
export async function atMost(ms: number, ending: Promise<unknown> | undefined): Promise<void> {
  if (ending === undefined) return;
  const limit = Promise.withResolvers<void>();
  const timer = setTimeout(limit.resolve, ms);
  await Promise.race([ending.catch(() => {}), limit.promise]);
  clearTimeout(timer);
}
