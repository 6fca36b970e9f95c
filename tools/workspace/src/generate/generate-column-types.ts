import { readFileSync } from 'node:fs';
import { format } from 'prettier';
import { describeTypes } from '@sluice/sql-tables';
import { betweenMarkers } from './between-markers.ts';

/** The table of types in the documentation of the sink postgres, from the function that makes its tables. */
export async function generateColumnTypes(): Promise<{ path: string; text: string }> {
  const rows = describeTypes().map(([kind, type]) => `| ${kind} | \`${type}\` |`);
  const path = 'apps/sinks/postgres/README.md';
  const table = ['| Avro | PostgreSQL |', '| --- | --- |', ...rows].join('\n');
  const text = betweenMarkers(readFileSync(path, 'utf8'), 'types', table, path);
  return { path, text: await format(text, { parser: 'markdown', singleQuote: true, printWidth: 120 }) };
}
