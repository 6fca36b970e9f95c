import type { Health } from '@sluice/telemetry';

/** Tells of one partition's problem with what all partitions share; undefined when it has none any more. */
export type TellProblem = (partition: object, problem: string | undefined) => void;

/** A part of health of which several partitions tell: not ready while one of them has a problem, whatever the others say. */
export function sharedPart(health: Health, part: string): TellProblem {
  const problems = new Map<object, string>();
  return (partition, problem) => {
    problems.delete(partition);
    if (problem !== undefined) problems.set(partition, problem);
    const newest = [...problems.values()].at(-1);
    if (newest === undefined) health.ready(part);
    else health.notReady(part, newest);
  };
}
