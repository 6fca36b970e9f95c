import { trendStepMs } from '../api/overview.ts';

const longest = 60;

/** Values over the last minutes, the greatest of each step. */
export function trends() {
  const known = new Map<string, { values: number[]; stepMs: number }>();
  return {
    add(name: string, value: number, nowMs: number): number[] {
      const stepMs = Math.floor(nowMs / trendStepMs);
      const trend = known.get(name) ?? { values: [], stepMs };
      known.set(name, trend);
      const last = trend.values.at(-1);
      if (last === undefined || trend.stepMs !== stepMs) trend.values.push(value);
      else trend.values[trend.values.length - 1] = Math.max(last, value);
      trend.stepMs = stepMs;
      if (trend.values.length > longest) trend.values.shift();
      return [...trend.values];
    },
  };
}
