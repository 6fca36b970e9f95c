import type { DeadLetter } from '@sluice/kafka';
import type { DeadLetterState } from './listed.ts';

/** Dead letters of one cause. */
export interface DeadLetterGroup {
  topic: string;
  by: string;
  errorClass: string;
  reason: string;
  open: number;
  replayed: number;
  firstDead: Date;
  lastDead: Date;
}

/** Some reasons differ from record to record. Beyond this many groups, further reasons are counted together. */
const mostGroups = 1_000;
const otherReasons = '(other reasons)';

/** Counts dead letters by cause. Memory does not grow with their number. */
export function deadLetterSummary() {
  const groups = new Map<string, DeadLetterGroup>();
  return {
    add({ topic, by, errorClass, reason: fullReason, deadSince }: DeadLetter, state: DeadLetterState): void {
      const keyOf = (reason: string) => JSON.stringify([topic, by, errorClass, reason]);
      const reason = groups.has(keyOf(fullReason)) || groups.size < mostGroups ? fullReason : otherReasons;
      const group = groups.get(keyOf(reason)) ?? {
        ...{ topic, by, errorClass, reason, open: 0, replayed: 0 },
        ...{ firstDead: deadSince, lastDead: deadSince },
      };
      group[state]++;
      if (deadSince < group.firstDead) group.firstDead = deadSince;
      if (deadSince > group.lastDead) group.lastDead = deadSince;
      groups.set(keyOf(reason), group);
    },
    /** The largest group first. */
    groups: (): readonly DeadLetterGroup[] =>
      [...groups.values()].sort((a, b) => b.open + b.replayed - a.open - a.replayed),
  };
}
