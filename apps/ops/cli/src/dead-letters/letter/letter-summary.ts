import type { DeadLetter } from '@sluice/kafka';
import { printable } from '../../terminal/printable.ts';
import { tableLines } from '@sluice/terminal';

/** Letters that died of the same. */
interface LetterGroup {
  topic: string;
  by: string;
  errorClass: string;
  reason: string;
  open: number;
  replayed: number;
  firstDead: Date;
  lastDead: Date;
}

/** Reasons beyond so many are counted together, as some hold what differs from record to record. */
const mostGroups = 1_000;
const otherReasons = '(other reasons)';

/** Groups letters by what they died of. Memory does not grow with the number of letters. */
export function letterSummary() {
  const groups = new Map<string, LetterGroup>();
  const sorted = () => [...groups.values()].sort((a, b) => b.open + b.replayed - a.open - a.replayed);
  return {
    add({ topic, by, errorClass, reason, deadSince }: DeadLetter, state: 'open' | 'replayed'): void {
      const keyOf = (told: string) => JSON.stringify([topic, by, errorClass, told]);
      const told = groups.has(keyOf(reason)) || groups.size < mostGroups ? reason : otherReasons;
      const group = groups.get(keyOf(told)) ?? {
        ...{ topic, by, errorClass, reason: told, open: 0, replayed: 0 },
        ...{ firstDead: deadSince, lastDead: deadSince },
      };
      group[state]++;
      if (deadSince < group.firstDead) group.firstDead = deadSince;
      if (deadSince > group.lastDead) group.lastDead = deadSince;
      groups.set(keyOf(told), group);
    },
    /** One JSON object a line, the largest group first. */
    jsonLines: (): string =>
      sorted()
        .map((group) => `${JSON.stringify(group)}\n`)
        .join(''),
    tableLines(stream: NodeJS.WriteStream): string[] {
      if (groups.size === 0) return ['There are no such dead letters.'];
      const header = ['topic', 'by', 'class', 'reason', 'open', 'replayed', 'last dead'];
      const rows = sorted().map(({ topic, by, errorClass, reason, open, replayed, lastDead }) => [
        ...[topic, by, errorClass, reason].map(printable),
        ...[open, replayed].map((count) => count.toLocaleString('en-US')),
        lastDead.toISOString(),
      ]);
      return tableLines(header, rows, stream, 4);
    },
  };
}
