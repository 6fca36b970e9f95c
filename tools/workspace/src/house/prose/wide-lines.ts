import type { ProseLine } from './prose.ts';

const widest = 140;

/** The lines of comments and documents that are too wide. A row of a table and an address cannot be broken. */
export function wideLines(prose: readonly ProseLine[]): string[] {
  return prose
    .filter(({ kind, text }) => kind !== 'string' && !/^\s*\||https?:\/\//.test(text))
    .filter(({ columns }) => columns > widest)
    .map(({ path, line, columns }) => `${path}:${line}  ${columns} columns, at most ${widest}`);
}
