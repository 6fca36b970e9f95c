import type { OperationsAccess } from '@sluice/operations';
import { eventAccess } from './event-access.ts';

/** Runs an operation with a connection to Kafka and the registry, and closes it. */
export async function withOperations<T>(
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
  run: (access: OperationsAccess) => Promise<T>,
): Promise<T> {
  const access = await eventAccess(environment, signal);
  try {
    return await Promise.race([run(access), abortOf(signal)]);
  } finally {
    // A broker that has stopped answering is not waited for after Ctrl-C.
    if (signal.aborted) void access.close().catch(() => {});
    else await access.close();
  }
}

const abortOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const abort = () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
