import { parseExact } from '@sluice/avro';

/**
 * Whether a cell holds what a field of the record's JSON says: see the form `sql row`.
 *
 * @param type as `format_type` names it; a person may have widened the column
 * @param cell as text: bytes as base64, times in UTC
 */
export function sameCell(type: string, cell: string | null, value: unknown): boolean {
  if (cell === null || value === null || value === undefined) return cell === null && (value ?? null) === null;
  switch (type.replace(/\(.*/, '')) {
    case 'bigint':
    case 'numeric':
      return plainDecimal(cell) === plainDecimal(String(value));
    case 'double precision':
      return typeof value === 'string' ? cell === value : Number(cell) === Number(value);
    case 'bytea':
      return cell.replaceAll('\n', '') === value;
    case 'time without time zone':
    case 'timestamp without time zone':
    case 'timestamp with time zone':
      return plainTime(cell) === plainTime(String(value));
    case 'json':
    case 'jsonb':
      return agreeingNumbers(parseExact(cell), value);
    default:
      return cell === String(value);
  }
}

/** `jsonb` keeps a number's value, not its form: 1e21 comes back as all its digits. */
function agreeingNumbers(a: unknown, b: unknown): boolean {
  if (isNumber(a) && isNumber(b)) return a === b || Number(a) === Number(b);
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, at) => agreeingNumbers(item, b[at]));
  if (isObject(a) && isObject(b)) {
    const names = Object.keys(a);
    return (
      names.length === Object.keys(b).length &&
      names.every((name) => Object.hasOwn(b, name) && agreeingNumbers(a[name], b[name]))
    );
  }
  return a === b;
}

const isNumber = (value: unknown): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const plainDecimal = (text: string): string => {
  const plain = text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
  return plain === '-0' ? '0' : plain;
};

const plainTime = (text: string): string =>
  text
    .replace(' ', 'T')
    .replace(/(Z|\+00)$/, '')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
