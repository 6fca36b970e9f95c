import { styleText } from 'node:util';

/** A table as lines: the first columns, which hold text, to the left, the others, which hold numbers, to the right. */
export function tableLines(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  stream: NodeJS.WriteStream,
  textColumns = 1,
): string[] {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column < textColumns ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('   ')
      .trimEnd();
  return [styleText('dim', line(header), { stream }), ...rows.map(line)];
}
