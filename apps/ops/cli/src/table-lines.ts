import { styleText } from 'node:util';

/** A table as lines: the first column to the left, the others, which hold numbers, to the right. */
export function tableLines(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  stream: NodeJS.WriteStream,
): string[] {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('   ');
  return [styleText('dim', line(header), { stream }), ...rows.map(line)];
}
