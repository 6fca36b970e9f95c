import { backoffMs, pause } from '@sluice/telemetry';
import { isRetriable } from './causes.ts';

/**
 * Repeats what fails for a reason that passes, without limit and without a word: kafkajs's own retries end, whatever their number,
 * when a broker stays away for some seconds.
 *
 * @throws an error that waiting does not mend, and any error once the signal is aborted
 */
export async function persistently<T>(signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isRetriable(error) || signal.aborted) throw error;
      await pause(backoffMs(tries, 5_000), signal);
    }
  }
}
