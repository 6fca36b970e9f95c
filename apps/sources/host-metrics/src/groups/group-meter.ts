import type { Group, Measured } from './groups.ts';
import type { Look } from '../host.ts';

/** Measures one group of a look: null when the group is off, fails, or is late. It never rejects. */
export type GroupMeter = <G extends Group>(look: Look, group: G) => Promise<Measured<G> | null>;

/**
 * A meter that no group can break: one that fails, or that has no answer after `patienceMs` (a disk that hangs), is null and reported,
 * the first time only. A group that is late is left alone until its answer has come, so that hanging calls do not pile up.
 */
export function groupMeter(options: {
  groups: readonly Group[];
  patienceMs: number;
  onGroupFailure(group: Group, error: unknown): void;
}): GroupMeter {
  const { groups, patienceMs, onGroupFailure } = options;
  const pending = new Set<Group>();
  const reported = new Set<Group>();

  return async (look, group) => {
    if (!groups.includes(group) || pending.has(group)) return null;
    try {
      const answer = look[group]();
      if (!(answer instanceof Promise)) return answer;
      pending.add(group);
      return await within(
        patienceMs,
        answer.finally(() => pending.delete(group)),
      );
    } catch (error) {
      if (!reported.has(group)) onGroupFailure(group, error);
      reported.add(group);
      return null;
    }
  };
}

async function within<T>(patienceMs: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${patienceMs} ms`)), patienceMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
