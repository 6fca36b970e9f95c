import { DatabaseError } from 'pg';

/**
 * Why PostgreSQL will never take a row, without a value of it; undefined for any other error.
 *
 * SQLSTATE classes: 22 data, 23 constraints, 44 check options, 54 limits, and P0001, with which a trigger refuses.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof DatabaseError) || error.code === undefined) return undefined;
  const { code, column, constraint } = error;
  // A partitioned table without a partition for the row: someone has to create it.
  if (code === '23514' && constraint === undefined) return undefined;
  if (!/^(22|23|44|54)/.test(code) && code !== 'P0001') return undefined;
  const at = [
    ...(column === undefined ? [] : [`column ${column}`]),
    ...(constraint === undefined ? [] : [`constraint ${constraint}`]),
  ];
  return `PostgreSQL refuses it: ${code}${code === 'P0001' ? ', by a trigger' : ` ${withoutValues(error.message)}`}${at.length === 0 ? '' : ` (${at.join(', ')})`}`;
}

/** What a message quotes may be a value, and so may what follows a colon, or a quotation mark that is not closed. */
const withoutValues = (message: string): string => {
  const [text = ''] = message.split(': ');
  const parts = text.split('"');
  return parts.map((part, at) => (at % 2 === 0 ? part : '…')).join('"') + (parts.length % 2 === 0 ? '"' : '');
};
