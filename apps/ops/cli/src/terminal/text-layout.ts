import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { printable } from './printable.ts';

/** External text as one line, without control sequences. */
export const oneLine = (text: string): string =>
  printable(stripVTControlCharacters(text).replaceAll(/\s+/g, ' ')).trim();

/** Text as lines of at most so many columns. Only a word longer than a line is broken. */
export const wrapped = (text: string, columns: number): string[] =>
  columns === Infinity ? [text] : wrapAnsi(text, Math.max(1, columns), { hard: true }).split('\n');

/** Several lines, each wrapped with its own indentation. */
export const wrappedLines = (text: string, columns: number): string =>
  text
    .split('\n')
    .flatMap((line) => {
      const indent = /^ */.exec(line)?.[0] ?? '';
      return wrapped(line.slice(indent.length), columns - indent.length).map((part) => indent + part);
    })
    .join('\n');

/** The first lines of a text. If there is more, they end with a whole word and an ellipsis. */
export function clipped(text: string, columns: number, lines: number): string[] {
  const all = wrapped(text, columns);
  if (all.length <= lines) return all;
  const [last = ''] = wrapped(all[lines - 1] ?? '', columns - 2);
  return lines < 1 ? [] : [...all.slice(0, lines - 1), columns < 3 ? '…' : `${last} …`];
}

/** A line of at most so many columns, cut anywhere, with an ellipsis where it was longer. */
export function cutLine(text: string, columns: number): string {
  if (columns === Infinity || columnsOf(text) <= columns) return text;
  const room = { hard: true, wordWrap: false, trim: false };
  return `${columns < 2 ? '' : (wrapAnsi(text, columns - 1, room).split('\n')[0] ?? '')}…`;
}

/** Padded with spaces to so many columns. Korean letters take two columns each. */
export const padded = (text: string, columns: number, side: 'left' | 'right' = 'left'): string => {
  const spaces = ' '.repeat(Math.max(0, columns - stringWidth(text)));
  return side === 'left' ? text + spaces : spaces + text;
};

export const columnsOf = (text: string): number => stringWidth(text);

/** Puts pieces into as few lines as possible. Only a piece longer than a line is broken. */
export function flowed(pieces: readonly string[], columns: number, gap = '   '): string[] {
  const lines: string[] = [];
  for (const piece of pieces) {
    const longer = `${lines.at(-1) ?? ''}${gap}${piece}`;
    if (lines.length > 0 && columnsOf(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(piece);
  }
  return lines.flatMap((line) => wrapped(line, columns));
}
