import type { Health } from '@sluice/telemetry';

/** Reports one partition's problem with something that all partitions share; undefined when it is over. */
export type ReportProblem = (partition: object, problem: string | undefined) => void;

/** A part of health that all partitions share: not ready while any of them reports a problem. */
export function aggregateHealth(health: Health, part: string): ReportProblem {
  const problems = new Map<object, string>();
  return (partition, problem) => {
    problems.delete(partition);
    if (problem !== undefined) problems.set(partition, problem);
    const newest = [...problems.values()].at(-1);
    if (newest === undefined) health.ready(part);
    else health.notReady(part, newest);
  };
}
