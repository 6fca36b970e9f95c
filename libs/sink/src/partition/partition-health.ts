import type { AssignedPartition } from '@sluice/kafka';
import type { Logger } from '@sluice/telemetry';
import type { ReportProblem } from './aggregate-health.ts';

/** Whether the destination takes the records of one partition: in `/ready`, and in the log when that changes. */
export interface PartitionHealth {
  /** The destination does not take records now. May be called for each try: the log gets a line only for a new problem. */
  failing(problem: string, records: number): void;
  /** The destination has taken everything. */
  recovered(): void;
  /** The partition is gone, and its problem with it. */
  close(): void;
}

/** @param report reports the partition's problem to the app's health */
export function partitionHealth(assigned: AssignedPartition, report: ReportProblem, logger: Logger): PartitionHealth {
  let lastLogged: string | undefined;
  return {
    failing(problem, records) {
      report(assigned, problem);
      if (problem !== lastLogged)
        logger.warn({ records, reason: problem }, 'the destination does not take records; trying again');
      lastLogged = problem;
    },
    recovered() {
      report(assigned, undefined);
      if (lastLogged !== undefined) logger.info('the destination takes records again');
      lastLogged = undefined;
    },
    close: () => report(assigned, undefined),
  };
}
