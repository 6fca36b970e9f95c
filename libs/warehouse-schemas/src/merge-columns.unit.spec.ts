import { seededRandom, type Random } from '@sluice/random';
import { describe, expect, it } from 'vitest';
import type { TableColumn } from './column.ts';
import { mergeColumns } from './merge-columns.ts';
import { recordColumns } from './record-columns.ts';
import { randomRecord } from './testing/random-record.ts';

const record = (name: string, fields: readonly TableColumn[], mode?: string): TableColumn => ({
  name,
  type: 'RECORD',
  fields,
  ...(mode !== undefined && { mode }),
});
const column = (name: string, type = 'STRING', mode?: string): TableColumn => ({
  name,
  type,
  ...(mode !== undefined && { mode }),
});

describe('merging the columns of rows into a table', () => {
  it('adds those that it lacks after its own, in nested and repeated records too', () => {
    const table = [
      column('id'),
      record('cpu', [column('total', 'FLOAT'), record('cores', [column('core')], 'REPEATED')]),
    ];
    const rows = [
      record('cpu', [record('cores', [column('busy', 'FLOAT'), column('core')], 'REPEATED'), column('idle')]),
      column('added'),
      column('id'),
    ];
    expect(mergeColumns(table, rows)).toEqual({
      columns: [
        column('id'),
        record('cpu', [
          column('total', 'FLOAT'),
          record('cores', [column('core'), column('busy', 'FLOAT')], 'REPEATED'),
          column('idle'),
        ]),
        column('added'),
      ],
      changed: ['cpu.cores.busy', 'cpu.idle', 'added'],
      conflicts: [],
    });
  });

  it('keeps what the API says of a column beside, and tells names apart without their case', () => {
    const table = [{ ...column('Id', 'INT64'), policyTags: { names: ['a'] } }];
    expect(mergeColumns(table, [column('id', 'INTEGER')])).toEqual({ columns: table, changed: [], conflicts: [] });
  });

  it('relaxes what is REQUIRED, for other rows may lack it', () => {
    const table = [column('id', 'STRING', 'REQUIRED'), column('gone', 'STRING', 'REQUIRED')];
    const { columns, changed } = mergeColumns(table, [column('id')]);
    expect(columns.map(({ mode }) => mode)).toEqual(['NULLABLE', 'NULLABLE']);
    expect(changed).toEqual(['id', 'gone']);
  });

  it('takes a column that was widened by hand', () => {
    for (const wide of ['NUMERIC', 'BIGNUMERIC', 'FLOAT64', 'FLOAT'])
      expect(mergeColumns([column('n', wide)], [column('n', 'INTEGER')]).conflicts).toEqual([]);
    expect(mergeColumns([column('n', 'INTEGER')], [column('n', 'FLOAT')]).conflicts).toHaveLength(1);
  });

  it('names a type that is another, and changes nothing about that column', () => {
    const table = [record('cpu', [column('cores', 'STRING', 'REPEATED')]), column('n', 'STRING')];
    const rows = [record('cpu', [column('cores', 'STRING')]), column('n', 'INTEGER'), column('added')];
    const { columns, changed, conflicts } = mergeColumns(table, rows);
    expect(conflicts).toEqual([
      'the column cpu.cores is REPEATED STRING, and the rows have STRING',
      'the column n is STRING, and the rows have INTEGER',
    ]);
    expect(columns).toEqual([...table, column('added')]);
    expect(changed).toEqual(['added']);
  });
});

/** The paths of all columns. */
const paths = (columns: readonly TableColumn[], above = ''): string[] =>
  columns.flatMap(({ name, fields = [] }) => [`${above}${name}`, ...paths(fields, `${above}${name}.`)]);

/** Some of the columns, at every depth; a RECORD keeps one at least. */
function some(columns: readonly TableColumn[], random: Random): TableColumn[] {
  const kept = columns.filter(() => random.chance(0.6));
  return (kept.length > 0 ? kept : columns.slice(0, 1)).map((one) =>
    one.fields === undefined ? one : { ...one, fields: some(one.fields, random) },
  );
}

it(
  'comes to the same table in any order, loses nothing, and has nothing to do the second time: 5,000 random tables',
  { timeout: 60_000 },
  () => {
    const seed = Number(process.env['PROPERTY_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
    process.stdout.write(`PROPERTY_SEED=${seed} random tables\n`);
    for (let run = 0; run < 5000; run++) {
      const random = seededRandom(seed + run);
      const all = recordColumns(randomRecord(random), random.chance(0.5) ? 'JSON' : 'AVRO');
      const [table, first, second] = [some(all, random), some(all, random), some(all, random)];
      const merged = mergeColumns(mergeColumns(table, first).columns, second);
      const other = mergeColumns(mergeColumns(table, second).columns, first);
      expect(merged.conflicts).toEqual([]);
      const wanted = [...new Set([table, first, second].flatMap((columns) => paths(columns)))].sort();
      if (paths(merged.columns).sort().join() !== wanted.join()) expect(paths(merged.columns).sort()).toEqual(wanted);
      expect(paths(other.columns).sort()).toEqual(wanted);
      for (const rows of [table, first, second]) expect(mergeColumns(merged.columns, rows).changed).toEqual([]);
    }
  },
);
