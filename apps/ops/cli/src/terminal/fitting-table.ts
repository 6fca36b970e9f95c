import { styleText } from 'node:util';
import { clipped, columnsOf, padded } from './text-layout.ts';

/** A column of a table. */
export interface Column<Row> {
  title: string;
  text: (row: Row) => string;
  side?: 'left' | 'right';
  /** Where a terminal is too narrow, columns are left out, the highest number first. Without a number a column stays. */
  dropped?: number;
}

const gap = '  ';

/**
 * A table as lines, under a dim header, within the width of the terminal: columns are left out, and then lines are cut. A pipe gets all
 * columns, whole.
 */
export function fittingTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  stream: NodeJS.WriteStream,
): string[] {
  const room = stream.isTTY && stream.columns > 0 ? stream.columns : Infinity;
  let kept = columns.map((column) => {
    const cells = rows.map(column.text);
    return { ...column, cells, width: Math.max(columnsOf(column.title), ...cells.map(columnsOf)) };
  });
  const width = () => kept.reduce((sum, one) => sum + one.width + gap.length, -gap.length);
  while (width() > room) {
    const least = Math.max(...kept.map(({ dropped = 0 }) => dropped));
    if (least === 0) break;
    kept = kept.filter(({ dropped = 0 }) => dropped !== least);
  }
  const line = (cellOf: (column: (typeof kept)[number]) => string): string => {
    const text = kept
      .map((column) => padded(cellOf(column), column.width, column.side ?? 'left'))
      .join(gap)
      .trimEnd();
    return clipped(text, room, 1)[0] ?? '';
  };
  return [
    styleText(
      'dim',
      line(({ title }) => title),
      { stream },
    ),
    ...rows.map((_, n) => line(({ cells }) => cells[n] ?? '')),
  ];
}
