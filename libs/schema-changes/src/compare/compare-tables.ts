import type { JSONPath } from 'jsonc-parser';
import type { EventContract } from '@sluice/contracts';
import { mergeColumns, tableSchema, type TableSchema } from '@sluice/warehouse-schemas';
import type { Report } from '../change.ts';
import { reasonOf } from './reason-of.ts';

/** Compares the tables that are derived from two versions of a contract: a table that exists takes new columns only. */
export function compareTables(
  before: EventContract,
  after: EventContract,
  pathOf: (field: string) => JSONPath,
  report: Report,
): void {
  let now: TableSchema;
  try {
    now = tableSchema(after);
  } catch (error) {
    return report('table-impossible', [], '', reasonOf(error));
  }
  const old = tableSchema(before);
  for (const conflict of mergeColumns(old.schema.fields, now.schema.fields).conflicts) {
    const field = /^the column (\S+) is/.exec(conflict)?.[1] ?? '';
    report('column-changed', pathOf(field), field, conflict.replace(/^the column \S+ is/, 'its column is'));
  }
  const differs = (name: 'timePartitioning' | 'clustering') => JSON.stringify(old[name]) !== JSON.stringify(now[name]);
  if (differs('timePartitioning'))
    report('partitioning-changed', ['sluice', 'time'], '', `the table is partitioned by ${now.timePartitioning.field}`);
  if (differs('clustering'))
    report(
      'clustering-changed',
      ['sluice', 'key'],
      '',
      `the table is clustered by ${now.clustering?.fields.join(', ') ?? 'nothing'}`,
    );
}
