import type { IBufferCell, Terminal } from '@xterm/headless';

const cell = { width: 8.4, height: 18 };
const padding = 14;
const fontPx = 14;
const background = '#0d1117';
const foreground = '#d0d7de';
const palette = [
  ...['#484f58', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#b1bac4'],
  ...['#6e7681', '#ffa198', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#ffffff'],
];

/** What a terminal shows now, as an SVG image: text stays text, in the widths of the terminal's cells. */
export function terminalImage(terminal: Terminal): string {
  const width = terminal.cols * cell.width + 2 * padding;
  const height = terminal.rows * cell.height + 2 * padding;
  const rows = Array.from({ length: terminal.rows }, (_, row) => runsOf(terminal, row).map((run) => drawn(run, row)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="100%" height="100%" rx="8" fill="${background}"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="${fontPx}" xml:space="preserve">`,
    ...rows.flat(),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

interface Run {
  text: string;
  column: number;
  columns: number;
  style: string;
}

/** Neighbouring cells of one style, without the blanks around them. */
function runsOf(terminal: Terminal, row: number): Run[] {
  const { active } = terminal.buffer;
  const line = active.getLine(active.viewportY + row);
  const runs: Run[] = [];
  for (let column = 0; line !== undefined && column < line.length; column++) {
    const found = line.getCell(column);
    const columns = found?.getWidth() ?? 0;
    if (found === undefined || columns === 0) continue;
    const [style, text, last] = [styleOf(found), found.getChars() || ' ', runs.at(-1)];
    if (last !== undefined && last.style === style && last.column + last.columns === column) {
      last.text += text;
      last.columns += columns;
    } else runs.push({ text, column, columns, style });
  }
  return runs.filter(({ text }) => text.trim() !== '').map(trimmed);
}

function trimmed({ text, column, columns, style }: Run): Run {
  const before = text.length - text.trimStart().length;
  const behind = text.length - text.trimEnd().length;
  return { text: text.trim(), column: column + before, columns: columns - before - behind, style };
}

function styleOf(found: IBufferCell): string {
  const color = found.isFgPalette() ? (palette[found.getFgColor()] ?? foreground) : foreground;
  return `fill="${color}"${found.isBold() ? ' font-weight="bold"' : ''}${found.isDim() ? ' opacity="0.6"' : ''}`;
}

/** The width is stated, as fonts differ, and box characters have to meet. */
function drawn({ text, column, columns, style }: Run, row: number): string {
  const [x, y] = [padding + column * cell.width, padding + row * cell.height + fontPx];
  const length = `textLength="${(columns * cell.width).toFixed(1)}" lengthAdjust="spacingAndGlyphs"`;
  return `<text x="${x.toFixed(1)}" y="${y}" ${length} ${style}>${escaped(text)}</text>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string): string => text.replace(/[&<>]/g, (character) => entities[character] ?? character);
