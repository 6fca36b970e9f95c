import type { ShownRecord } from '../../../src/api/records.ts';
import { exactParse } from './json-view.tsx';

/** Saves records as JSON lines, or as CSV with a column for each field of the outermost record. */
export function download(topic: string, records: readonly ShownRecord[], form: 'jsonl' | 'csv'): void {
  const text = form === 'jsonl' ? jsonLines(records) : csv(records);
  const type = form === 'jsonl' ? 'application/x-ndjson' : 'text/csv;charset=utf-8';
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = `${topic}.${form}`;
  link.click();
  URL.revokeObjectURL(link.href);
}

const jsonLines = (records: readonly ShownRecord[]): string =>
  records
    .map(({ value, partition, offset, timeMs, key }) => {
      const place = JSON.stringify({ partition, offset, time: new Date(timeMs).toISOString(), key });
      // As text, so that long integers stay exact.
      return `${place.slice(0, -1)},"value":${value.kind === 'json' ? value.json : JSON.stringify(value)}}\n`;
    })
    .join('');

function csv(records: readonly ShownRecord[]): string {
  const rows = records.map(({ value, partition, offset, timeMs, key }) => {
    const parsed = value.kind === 'json' ? exactParse(value.json) : value;
    const fields =
      typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [['value', parsed] as const];
    return new Map<string, unknown>([
      ['_partition', partition],
      ['_offset', offset],
      ['_time', new Date(timeMs).toISOString()],
      ['_key', key],
      ...fields,
    ]);
  });
  const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  return [columns, ...rows.map((row) => columns.map((column) => cell(row.get(column))))]
    .map((row) => row.map(quoted).join(','))
    .join('\r\n');
}

const cell = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object')
    return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each));
  return String(value as string | number | bigint | boolean);
};

/** A text that a spreadsheet would take for a formula is marked as text. */
const quoted = (text: string): string => {
  const safe = /^[=+@\t\r]|^-(?!\d)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
