import type { Path } from './condition.ts';

/** A path as a filter names it. */
export const pathText = (path: Path): string =>
  path
    .map((step, at) =>
      typeof step === 'number' || (/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(step) && !(at === 0 && isKeyword(step)))
        ? String(step)
        : `\`${step.replaceAll('`', '')}\``,
    )
    .join('.');

const isKeyword = (name: string): boolean => /^(and|or|not|contains|matches|true|false|null)$/i.test(name);

/**
 * The condition that a field has a value, as a click on that value adds it.
 *
 * @param value from a document: a text, a number, true, false or null. Of anything else, only whether it is present
 */
export function filterClause(path: Path, value: unknown): string {
  const field = pathText(path.filter((step) => typeof step === 'string'));
  switch (typeof value) {
    case 'string':
      return `${field} = ${quoted(value)}`;
    case 'number':
    case 'bigint':
    case 'boolean':
      return `${field} = ${String(value)}`;
    default:
      return value === null ? `${field} = null` : `${field} != null`;
  }
}

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

/** The command that shows the same records on a terminal, quoted for a POSIX shell. */
export const tailCommand = (topic: string, filter?: string): string =>
  `sluice tail ${topic}${filter === undefined || filter.trim() === '' ? '' : ` --filter '${filter.replaceAll("'", String.raw`'\''`)}'`}`;
