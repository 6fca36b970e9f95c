import type { ListedDeadLetter } from '@sluice/dead-letters';
import { cutToWidth, tableLines } from '@sluice/terminal';
import { printable } from '../../terminal/printable.ts';

const header = ['dead letter', 'dead since', 'by', 'from', 'state', 'replays', 'class', 'reason'];

/** @param count how many there are in all */
export function deadLetterTable(
  deadLetters: readonly ListedDeadLetter[],
  count: number,
  stream: NodeJS.WriteStream,
): string[] {
  if (count === 0) return ['There are no such dead letters.'];
  const rows = deadLetters.map(({ topic, partition, offset, state, replays, envelope }) => [
    `${topic} ${partition} ${offset}`,
    envelope.deadSince.toISOString(),
    printable(envelope.by),
    origin(envelope),
    state,
    String(replays),
    printable(envelope.errorClass),
    printable(envelope.reason),
  ]);
  const lines = cutToWidth(tableLines(header, rows, stream, header.length), stream);
  if (deadLetters.length < count)
    lines.push(`These are the newest ${deadLetters.length} of ${count.toLocaleString('en-US')}; --limit shows more.`);
  return lines;
}

const origin = ({ topic, partition, offset }: ListedDeadLetter['envelope']): string =>
  printable(partition === undefined || offset === undefined ? topic : `${topic} ${partition} ${offset}`);
