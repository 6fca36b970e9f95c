import { patiently, type Health, type Logger } from '@sluice/telemetry';

/** After this time without an acknowledgement the log and `/ready` say so. */
const lateMs = 5_000;

/**
 * Tries until Kafka has acknowledged, however long it takes.
 *
 * @throws what is final, and the abort reason when the signal is aborted: what is under way then goes on unheard
 */
export async function acknowledged(
  options: {
    /** What is waited for. */
    what: string;
    signal: AbortSignal;
    logger: Logger;
    health: Health;
    isFinal: (error: unknown) => boolean;
  },
  attempt: (tries: number) => Promise<void>,
): Promise<void> {
  const { what, signal, logger, health } = options;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    health.notReady('kafka', `waiting for ${what}`);
    logger.warn(`waiting for ${what}`);
  }, lateMs);
  try {
    await patiently(options, (tries) => unlessAborted(signal, attempt(tries)));
  } finally {
    clearTimeout(timer);
    if (late && !signal.aborted) {
      health.ready('kafka');
      logger.info(`no longer waiting for ${what}`);
    }
  }
}

/** What `work` gives, unless the signal is aborted first: then the abort reason, and the work goes on unheard. */
function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
