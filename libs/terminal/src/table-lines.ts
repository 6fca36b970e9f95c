import { styleText } from 'node:util';

/**
 * A table as lines, under a dim header.
 *
 * @param textColumns how many columns hold text; they are aligned left, and the numbers after them right
 */
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

/** Cuts lines that would wrap on a terminal. A few columns over are let wrap: cutting them would hide more than it helps. */
export function cutToWidth(lines: readonly string[], stream: NodeJS.WriteStream): string[] {
  const width = stream.isTTY ? stream.columns : Infinity;
  return lines.map((line) => (line.length > width + 16 ? `${line.slice(0, width - 1)}…` : line));
}
