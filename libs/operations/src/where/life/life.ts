import type { Life, LifeStep } from '../where-answer.ts';

/** When a step was, or why it is not known. */
export type StepTime = { atMs: number; basis: string } | { why: string };

/** Puts the steps in order of time, with the milliseconds between them: their sum is the time from the first to the last. */
export function lifeOf(times: Readonly<Record<LifeStep, StepTime>>): Life {
  const all = (Object.keys(times) as LifeStep[]).map((name) => ({ name, time: times[name] }));
  const known = all
    .flatMap(({ name, time }) => ('atMs' in time ? [{ name, ...time }] : []))
    .sort((a, b) => a.atMs - b.atMs);
  return {
    steps: known.map((step, at) => ({ ...step, sinceMs: step.atMs - (known[at - 1]?.atMs ?? step.atMs) })),
    totalMs: (known.at(-1)?.atMs ?? 0) - (known[0]?.atMs ?? 0),
    unknown: all.flatMap(({ name, time }) => ('why' in time ? [{ name, why: time.why }] : [])),
  };
}
