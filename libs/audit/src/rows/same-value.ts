import { parseExact, sameJson } from '@sluice/avro';
import { sluiceField } from '@sluice/contracts';
import type { TableColumn } from '@sluice/warehouse-schemas';
import { isRecordCell, type Cell } from '@sluice/connector-google';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A field of that name, which may be one that every object has, such as `constructor`. */
const fieldOf = (fields: Record<string, unknown>, name: string): unknown =>
  Object.hasOwn(fields, name) ? fields[name] : undefined;

/**
 * The names of the columns in which a row differs from its record.
 *
 * @param forms the record as JSON, in the contract's form and in that which it was written with: each column must be as in one of
 *   them. A field that has no column must be null.
 */
export function differingColumns(
  columns: readonly TableColumn[],
  row: { f: readonly { v: Cell }[] },
  forms: readonly unknown[],
): string[] {
  const fields = forms.filter(isObject);
  const known = new Map(
    columns.map((column, at) => [column.name.toLowerCase(), { column, cell: row.f[at]?.v ?? null }]),
  );
  const rescued = rescuedValues(known.get(sluiceField));
  const names = new Set([...columns.map(({ name }) => name), ...fields.flatMap((form) => Object.keys(form))]);
  const differing = [...names].filter((name) => {
    if (name === '_kafka' || name === sluiceField) return false;
    const found = known.get(name.toLowerCase());
    return !fields.some((form) => {
      const value = fieldOf(form, found?.column.name ?? name);
      if (found !== undefined && Object.hasOwn(rescued, found.column.name))
        return isEmpty(found.cell) && sameJson(rescued[found.column.name], value);
      return found === undefined ? isNothing(value) : sameValue(found.column, found.cell, value);
    });
  });
  return [...new Set(differing.map((name) => known.get(name.toLowerCase())?.column.name ?? name))];
}

/** The values of a row that its columns do not take, by column: see `rescuedRow` in libs/warehouse-schemas. */
function rescuedValues(of: { column: TableColumn; cell: Cell } | undefined): Record<string, unknown> {
  const at = (of?.column.fields ?? []).findIndex(({ name }) => name === 'rescued');
  const cell = of !== undefined && isRecordCell(of.cell) ? of.cell.f[at]?.v : undefined;
  const values = typeof cell === 'string' ? parseExact(cell) : undefined;
  return isObject(values) ? values : {};
}

const isEmpty = (cell: Cell): boolean => cell === null || (Array.isArray(cell) && cell.length === 0);

/** BigQuery does not tell a null array from an empty one, and a record without a value from one that has nothing but nulls. */
const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.values(value).every(isNothing));

/** Whether a cell holds what a field of the record's JSON says: see `compileTranscoder` for the forms that values have there. */
export function sameValue(column: TableColumn, cell: Cell, value: unknown): boolean {
  if (column.mode === 'REPEATED') return sameList(column, cell, value);
  if (cell === null) return isNothing(value);
  if (column.type === 'RECORD' || column.type === 'STRUCT')
    return isRecordCell(cell) && (isObject(value) || isNothing(value)) && sameRecord(column, cell, value);
  if (typeof cell !== 'string') return false;
  if (value === null || value === undefined) return false;
  return sameScalar(column.type, cell, value);
}

function sameList(column: TableColumn, cell: Cell, value: unknown): boolean {
  const items = Array.isArray(cell) ? cell : [];
  const single = { ...column, mode: 'NULLABLE' };
  if (isObject(value)) return sameMap(column, items, value);
  if (!Array.isArray(value)) return items.length === 0 && isNothing(value);
  return items.length === value.length && items.every((item, at) => sameValue(single, item.v, value[at]));
}

/** A map that came by Avro is a list of records with key and value. */
function sameMap(column: TableColumn, items: readonly { v: Cell }[], map: Record<string, unknown>): boolean {
  const [key, held] = column.fields ?? [];
  if (key === undefined || held === undefined || items.length !== Object.keys(map).length) return false;
  return items.every(({ v }) => {
    const name = isRecordCell(v) ? v.f[0]?.v : undefined;
    if (!isRecordCell(v) || typeof name !== 'string' || !Object.hasOwn(map, name)) return false;
    return sameValue(held, v.f[1]?.v ?? null, map[name]);
  });
}

function sameRecord(column: TableColumn, cell: { f: readonly { v: Cell }[] }, value: unknown): boolean {
  const fields = column.fields ?? [];
  const named = isObject(value) ? value : {};
  const known = new Set(fields.map(({ name }) => name));
  return (
    fields.every((field, at) => sameValue(field, cell.f[at]?.v ?? null, fieldOf(named, field.name))) &&
    Object.entries(named).every(([name, held]) => known.has(name) || isNothing(held))
  );
}

function sameScalar(type: string, cell: string, value: unknown): boolean {
  switch (type) {
    case 'BOOLEAN':
    case 'BOOL':
      return cell === String(value);
    case 'INTEGER':
    case 'INT64':
      return cell === String(value) || (typeof value === 'string' && cell === String(nanosOf(value)));
    case 'FLOAT':
    case 'FLOAT64':
      return sameNumber(cell, value);
    case 'NUMERIC':
    case 'BIGNUMERIC':
      return plainDecimal(cell) === plainDecimal(String(value));
    case 'TIMESTAMP':
      return nanosOf(String(value)) === BigInt(cell) * 1000n;
    case 'DATE':
    case 'TIME':
    case 'DATETIME':
      return plainTime(cell) === plainTime(String(value));
    case 'JSON':
      return sameJson(parseExact(cell), value);
    case 'BYTES':
      return cell === value || cell === (uuidBytes(String(value)) ?? durationBytes(String(value)));
    default:
      return typeof value === 'string' ? cell === value : sameJson(parsedOrText(cell), value);
  }
}

/** NaN and the infinities are texts, and are compared as such. */
function sameNumber(cell: string, value: unknown): boolean {
  const name = cell.replace(/^([+-]?)inf$/i, '$1Infinity').replace(/^\+/, '');
  return typeof value === 'string' ? name.toLowerCase() === value.toLowerCase() : Number(name) === Number(value);
}

function parsedOrText(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return text;
  }
}

/** Nanoseconds since the epoch of ISO 8601 text; undefined for other text. */
function nanosOf(iso: string): bigint | undefined {
  const [, seconds, fraction = ''] = /^(.+T\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|\+00:00)?$/.exec(iso) ?? [];
  const ms = seconds === undefined ? NaN : Date.parse(`${seconds}Z`);
  return Number.isNaN(ms) ? undefined : BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** Without trailing zeros. */
const plainDecimal = (text: string): string => {
  const plain = text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
  return plain === '-0' ? '0' : plain;
};
const plainTime = (text: string): string =>
  text
    .replace(' ', 'T')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');

/** A UUID that is sixteen bytes in Avro is text in JSON. */
const uuidBytes = (text: string): string | undefined =>
  /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(text)
    ? Buffer.from(text.replaceAll('-', ''), 'hex').toString('base64')
    : undefined;

/** So is a duration that is months, days and milliseconds. */
function durationBytes(text: string): string | undefined {
  const [, months, days, seconds] = /^P(\d+)M(\d+)DT(\d+\.\d{3})S$/.exec(text) ?? [];
  if (seconds === undefined) return undefined;
  const bytes = Buffer.alloc(12);
  [Number(months), Number(days), Math.round(Number(seconds) * 1000)].forEach((part, at) =>
    bytes.writeUInt32LE(part, at * 4),
  );
  return bytes.toString('base64');
}
