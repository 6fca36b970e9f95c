import { describe, expect, it } from 'vitest';
import { columnNames, documentNames, rowNames } from './field-names.ts';
import { runProperty } from '@sluice/random/testing';
import { seededRandom } from '@sluice/random';

const longest = 300;

describe("a document's names", () => {
  it('are the fields own but for those that Elasticsearch keeps for itself, outermost', () => {
    const fields = ['_id', '_source', 'id', '_host', '_kafka', '_sluice'];
    expect([...documentNames(fields, true).values()]).toEqual([
      ...['field_id', 'field_source', 'id', '_host', '_kafka', 'field_sluice'],
    ]);
    expect([...documentNames(fields, false).values()]).toEqual(fields);
  });

  it('give way to a field that has the name already', () => {
    expect([...documentNames(['_id', 'field_id'], true).values()]).toEqual(['field_id_2', 'field_id']);
  });

  it('have no dots and are not blank', () => {
    expect([...documentNames(['a..b', ' ', '', 'a__b'], false).values()]).toEqual([
      'a__b_2',
      'field',
      'field_2',
      'a__b',
    ]);
  });
});

describe("a row's names", () => {
  it('tell twins apart that differ only in case: the first keeps its name', () => {
    expect([...rowNames(['userId', 'userid', 'USERID', 'userid_2'], false).values()]).toEqual([
      'userId',
      'userid_3',
      'USERID_4',
      'userid_2',
    ]);
  });

  it('are none that BigQuery reserves, in any case', () => {
    const reserved = [
      '_TABLE_x',
      '_file_x',
      '_PARTITIONTIME',
      '_row_timestamp',
      '__ROOT__1',
      '_COLIDENTIFIER_',
      '_change_type',
    ];
    for (const name of reserved) expect(rowNames([name], false).get(name)).toBe(`field${name}`);
    expect(rowNames(['_Kafka'], true).get('_Kafka')).toBe('field_Kafka');
    expect(rowNames(['_Kafka'], false).get('_Kafka')).toBe('_Kafka');
    expect(rowNames(['_id', '_partly'], true)).toEqual(
      new Map([
        ['_id', '_id'],
        ['_partly', '_partly'],
      ]),
    );
  });

  it('fit into BigQuery, also twins of the longest', () => {
    const names = ['a'.repeat(5000), 'A'.repeat(5000), 'a'.repeat(290), '1st', 'a-b', ''];
    const found = [...rowNames(names, true).values()];
    expect(new Set(found.map((name) => name.toLowerCase())).size).toBe(names.length);
    for (const name of found) expect(name).toMatch(/^[A-Za-z_]\w{0,299}$/);
    expect(Math.max(...found.map(({ length }) => length))).toBeLessThanOrEqual(longest);
  });
});

describe("a column's names", () => {
  it('are the fields own but for those that every table has', () => {
    const fields = ['_id', '_offset', 'ctid', 'select', 'userId', 'userid'];
    expect([...columnNames(fields, true).values()]).toEqual([
      'field_id',
      'field_offset',
      'field_ctid',
      'select',
      'userId',
      'userid',
    ]);
    expect([...columnNames(fields, false).values()]).toEqual(fields);
  });

  it('fit into an identifier of PostgreSQL, also twins of the longest', () => {
    const found = [...columnNames(['a'.repeat(100), 'a'.repeat(101), 'é'.repeat(60)], true).values()];
    expect(new Set(found).size).toBe(3);
    for (const name of found) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
  });
});

it.each([
  ['documents', documentNames],
  ['rows', rowNames],
  ['columns', columnNames],
] as const)('in %s names are distinct, and the known ones do not depend on the others', (_, namesOf) => {
  runProperty(process.env, (seed) => {
    const random = seededRandom(seed);
    const parts = ['_id', 'ID', 'id', 'Id', '_2', 'field', '_kafka', '_PARTITION', '_source', '.', ' ', '_'];
    const name = () => Array.from({ length: random.whole(0, 3) }, () => random.pick(parts)).join('');
    for (let run = 0; run < 2000; run++) {
      const all = [...new Set(Array.from({ length: random.whole(0, 8) }, name))];
      const cut = random.whole(0, all.length);
      const [known, unknown] = [all.slice(0, cut), all.slice(cut)];
      const isOutermost = random.chance(0.5);
      const found = namesOf(known, isOutermost, unknown);
      expect([...found.keys()]).toEqual(all);
      const sameAs = namesOf === rowNames ? (one: string) => one.toLowerCase() : (one: string) => one;
      expect(new Set([...found.values()].map(sameAs)).size, JSON.stringify(all)).toBe(all.length);
      expect([...namesOf(known, isOutermost)]).toEqual([...found].slice(0, cut));
      // What has such names already keeps them: so a file is read under the names that it was written with.
      expect([...namesOf([...found.values()], isOutermost).values()]).toEqual([...found.values()]);
    }
  });
});
