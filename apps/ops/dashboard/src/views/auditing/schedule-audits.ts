import { setTimeout as delay } from 'node:timers/promises';
import { readAudits } from '@sluice/audit';
import { describeError, type Logger } from '@sluice/telemetry';
import type { AuditSchedule } from '../../api/audits.ts';
import type { SluiceCommand } from '../sluice-command.ts';

const mostRuns = 200;
/** After a start, so that the servers that were started with this one are up. */
const usualFirstAfterMs = 10_000;
/** How often to look whether one that runs has ended. */
const untilEndMs = 1_000;
/** A timer waits for so long at most: the clock may be set meanwhile. */
const longestWaitMs = 60_000;

/**
 * Audits everything again and again, so long after the last audit of everything began, even if a person called that. One that is due
 * while another runs waits for its end.
 */
export function scheduleAudits(options: {
  file: string;
  everyMs: number;
  command: Pick<SluiceCommand, 'running' | 'start'>;
  logger: Logger;
  signal: AbortSignal;
  /** When the first one may begin after this call. */
  firstAfterMs?: number;
}): { readonly state: AuditSchedule } {
  const { file, everyMs, command, logger, signal, firstAfterMs = usualFirstAfterMs } = options;
  const startedMs = Date.now();
  /** When this schedule last started one: it may have failed, and then left no result. */
  let triedMs = -Infinity;
  let nextMs = startedMs + firstAfterMs;

  const dueMs = async (): Promise<number> => {
    const whole = (await readAudits(file, mostRuns)).find(({ isWhole }) => isWhole);
    return Math.max(startedMs + firstAfterMs, Math.max(whole?.atMs ?? -Infinity, triedMs) + everyMs);
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      if (command.running !== undefined) {
        await delay(untilEndMs, undefined, { signal }).catch(() => {});
        continue;
      }
      // A file that cannot be read does not end the schedule: the metrics report it.
      nextMs = await dueMs().catch(() => Math.max(startedMs + firstAfterMs, triedMs + everyMs));
      if (nextMs <= Date.now()) {
        triedMs = Date.now();
        nextMs = triedMs + everyMs;
        command.start(['audit']);
        continue;
      }
      await delay(Math.min(longestWaitMs, nextMs - Date.now()), undefined, { signal }).catch(() => {});
    }
  };
  run().catch((error: unknown) => logger.error({ err: error }, `scheduled audits have ended: ${describeError(error)}`));

  return {
    get state() {
      return { everyMs, nextMs };
    },
  };
}
