import type { DeadLetterGroup } from '@sluice/dead-letters';
import { tableLines } from '@sluice/terminal';
import { printable } from '../../terminal/printable.ts';

/** Dead letters counted by cause. */
export function summaryTable(groups: readonly DeadLetterGroup[], stream: NodeJS.WriteStream): string[] {
  if (groups.length === 0) return ['There are no such dead letters.'];
  const header = ['topic', 'by', 'class', 'reason', 'open', 'replayed', 'last dead'];
  const rows = groups.map(({ topic, by, errorClass, reason, open, replayed, lastDead }) => [
    ...[topic, by, errorClass, reason].map(printable),
    ...[open, replayed].map((count) => count.toLocaleString('en-US')),
    lastDead.toISOString(),
  ]);
  return tableLines(header, rows, stream, 4);
}
