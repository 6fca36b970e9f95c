import type { TableColumn } from './column.ts';
import { canonicalType } from './merge-columns.ts';

/**
 * Whether BigQuery takes a value of a row of JSON lines for a column, and keeps all of it. A text `007` does not fit an INTEGER: it would be 7.
 *
 * Source: https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-json#details_of_loading_json_data
 *
 * @param value parsed by `parseExact`; of a `RECORD`, fields without a column do not count
 */
export function fitsColumn(column: TableColumn, value: unknown): boolean {
  if (column.mode === 'REPEATED') {
    const single = { ...column, mode: 'NULLABLE' };
    return Array.isArray(value) && value.every((item) => item !== null && fitsColumn(single, item));
  }
  if (value === null) return true;
  const type = canonicalType(column.type);
  if (type === 'JSON') return true;
  if (type === 'RECORD') return isObject(value) && fieldsFit(column.fields ?? [], value);
  const check = scalars[type];
  return check === undefined ? typeof value === 'string' : isScalar(value) && check(String(value), value);
}

function fieldsFit(columns: readonly TableColumn[], value: Readonly<Record<string, unknown>>): boolean {
  const byName = new Map(columns.map((column) => [column.name.toLowerCase(), column]));
  return Object.entries(value).every(([name, held]) => {
    const column = byName.get(name.toLowerCase());
    return column === undefined || fitsColumn(column, held);
  });
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isScalar = (value: unknown): value is string | number | bigint | boolean =>
  ['string', 'number', 'bigint', 'boolean'].includes(typeof value);

const [leastInteger, greatestInteger] = [-(2n ** 63n), 2n ** 63n - 1n];
const decimal = /^-?(\d+)(?:\.(\d+))?$/;
const day = String.raw`(\d{4})-(\d{2})-(\d{2})`;
const clock = String.raw`([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?`;

/** Whether a text is a day of the calendar, followed by something that has been checked. */
function isDay(text: string): boolean {
  const days = text.slice(0, 10);
  const ms = Date.parse(`${days}T00:00:00Z`);
  return days >= '0001' && !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(days);
}
const matches = (form: string) => {
  const pattern = new RegExp(`^${form}$`);
  return (text: string) => pattern.test(text);
};
const [isDate, isTime, isDateTime, isTimestamp] = [
  matches(day),
  matches(clock),
  matches(`${day}T${clock}`),
  matches(`${day}T${clock}Z`),
];

/** A number of at most so many digits before and behind the point. */
const digits =
  (whole: number, fraction: number) =>
  (text: string, value: unknown): boolean => {
    const [, before, behind = ''] = decimal.exec(text) ?? [];
    return typeof value !== 'boolean' && before !== undefined && before.length <= whole && behind.length <= fraction;
  };

const scalars: Readonly<Record<string, (text: string, value: unknown) => boolean>> = {
  STRING: () => true,
  BOOLEAN: (text, value) => typeof value === 'boolean' || text === 'true' || text === 'false',
  INTEGER: (text, value) =>
    typeof value !== 'boolean' &&
    /^(?:0|-?[1-9]\d{0,18})$/.test(text) &&
    BigInt(text) >= leastInteger &&
    BigInt(text) <= greatestInteger,
  FLOAT: (text, value) => typeof value === 'number' || ['NaN', 'Infinity', '-Infinity'].includes(text),
  NUMERIC: digits(29, 9),
  BIGNUMERIC: digits(38, 38),
  BYTES: (text, value) =>
    typeof value === 'string' && /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/.test(text),
  DATE: (text) => isDate(text) && isDay(text),
  TIME: isTime,
  DATETIME: (text) => isDateTime(text) && isDay(text),
  TIMESTAMP: (text) => isTimestamp(text) && isDay(text),
};
