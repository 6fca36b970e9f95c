import { deadLetterHeaders } from '@sluice/kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentProgress } from '@sluice/terminal';
import { names, testEvents, type TestEvents } from '../testing/test-events.ts';
import { testObjects, type TestObjects } from '../testing/test-objects.ts';
import { testTable, type TestTable } from '../testing/test-table.ts';
import { FatalError } from '@sluice/telemetry';
import { auditTopics } from './audit.ts';
import type { TopicAudit } from '@sluice/audit';

const signal = new AbortController().signal;

describe.each(['JSON', 'AVRO'] as const)('an audit of rows that came as %s', (format) => {
  let events: TestEvents;
  let objects: TestObjects;
  let table: TestTable;

  beforeAll(async () => {
    events = await testEvents();
    await events.publish(names('e', 200));
    await events.publish(['long'], { size: 2 ** 51, text: 'a "quoted"\ntext \u0000 ünï' });
    objects = await testObjects(events);
    await objects.write({ format });
    table = await testTable(events, objects, format);
    await table.load();
  });
  afterAll(() => events.close());

  async function audited({ waitSeconds = 20, full = false, dataset = table.dataset } = {}): Promise<TopicAudit> {
    const [found] = await auditTopics({
      contracts: [events.contract],
      destinations: ['bigquery'],
      group: table.group,
      objectsGroup: objects.group,
      waitSeconds,
      full,
      environment: { ...process.env, ...table.environment, BIGQUERY_DATASET: dataset },
      signal,
      progress: silentProgress,
    });
    if (found === undefined) throw new Error('nothing was audited');
    return found;
  }

  const placeOf = async (name: string) => {
    const found = (await events.kafka.records(events.topic)).find(({ key }) => key?.toString() === name);
    if (found === undefined) throw new Error(`no record has the key ${name}`);
    const { partition, offset } = found;
    return {
      partition,
      offset: String(offset),
      where: `_kafka.partition = ${partition} AND _kafka.offset = ${offset}`,
    };
  };

  it('finds every record once, and says how many rows it read', async () => {
    const found = await audited();
    expect(found.changed).toEqual([]);
    expect(found).toMatchObject({
      ok: true,
      destination: 'bigquery',
      totals: { records: 201, delivered: 201, documents: 201, lost: 0, duplicates: 0, unknown: 0, notYetDelivered: 0 },
      contents: { compared: 201, full: false, beyondCut: 0 },
    });
  });

  it('names a record whose row was deleted', async () => {
    const { partition, offset, where } = await placeOf('e-17');
    await table.query(`CREATE TABLE ${table.dataset}.kept AS SELECT * FROM ${table.table} WHERE ${where}`);
    await table.query(`DELETE FROM ${table.table} WHERE ${where}`);
    const found = await audited();
    await table.query(`INSERT INTO ${table.table} SELECT * FROM ${table.dataset}.kept`);
    expect(found).toMatchObject({
      ok: false,
      totals: { lost: 1, delivered: 200, changed: 0, unknown: 0, duplicates: 0 },
    });
    expect(found.lost).toEqual([{ partition, offset, id: 'e-17' }]);
    expect((await audited()).ok).toBe(true);
  });

  it('names a record that has two rows', async () => {
    const { partition, offset, where } = await placeOf('e-18');
    await table.query(`CREATE TABLE ${table.dataset}.twice AS SELECT * FROM ${table.table} WHERE ${where}`);
    await table.query(`INSERT INTO ${table.table} SELECT * FROM ${table.dataset}.twice`);
    const found = await audited();
    await table.query(`DELETE FROM ${table.table} WHERE ${where}`);
    await table.query(`INSERT INTO ${table.table} SELECT * FROM ${table.dataset}.twice`);
    expect(found).toMatchObject({ ok: false, totals: { duplicates: 1, lost: 0, unknown: 0, documents: 202 } });
    expect(found.duplicates).toEqual([{ partition, offset, id: 'e-18', places: [table.table, table.table] }]);
  });

  it('sees one row deleted and another one doubled, though their number is right', async () => {
    const [gone, twice] = [await placeOf('e-30'), await placeOf('e-31')];
    await table.query(`CREATE TABLE ${table.dataset}.swap AS SELECT * FROM ${table.table} WHERE (${gone.where})`);
    await table.query(`CREATE TABLE ${table.dataset}.more AS SELECT * FROM ${table.table} WHERE (${twice.where})`);
    await table.query(`DELETE FROM ${table.table} WHERE ${gone.where}`);
    await table.query(`INSERT INTO ${table.table} SELECT * FROM ${table.dataset}.more`);
    const found = await audited();
    await table.query(`DELETE FROM ${table.table} WHERE ${twice.where}`);
    await table.query(`INSERT INTO ${table.table} SELECT * FROM ${table.dataset}.more`);
    await table.query(`INSERT INTO ${table.table} SELECT * FROM ${table.dataset}.swap`);
    expect(found.totals).toMatchObject({ lost: 1, duplicates: 1, documents: 201 });
    expect(found).toMatchObject({ lost: [{ id: 'e-30' }], duplicates: [{ id: 'e-31' }] });
  });

  it('names a row whose field was changed, and the field', async () => {
    const { partition, offset, where } = await placeOf('e-19');
    await table.query(`UPDATE ${table.table} SET size = 99 WHERE ${where}`);
    const found = await audited({ full: true });
    await table.query(`UPDATE ${table.table} SET size = 4 WHERE ${where}`);
    expect(found).toMatchObject({
      ok: false,
      totals: { changed: 1, lost: 0, delivered: 201 },
      contents: { full: true },
    });
    expect(found.changed).toEqual([{ partition, offset, id: 'e-19', place: table.table, fields: ['size'] }]);
  });

  it('finds a row by its place although its time was changed', async () => {
    const { where } = await placeOf('e-20');
    const set = (change: string) =>
      table.query(`UPDATE ${table.table} SET time = TIMESTAMP_ADD(time, INTERVAL ${change} DAY) WHERE ${where}`);
    await set('100');
    const found = await audited();
    await set('-100');
    expect(found.changed).toMatchObject([{ id: 'e-20', fields: ['time'] }]);
    expect(found.totals.lost).toBe(0);
  });

  it('names rows of no record, and rows that say they are of another topic', async () => {
    const { where } = await placeOf('e-21');
    const place = (topic: string, offset: number) =>
      `INSERT INTO ${table.table} SELECT STRUCT('${topic}' AS topic, 0 AS \`partition\`, ${offset} AS \`offset\`) AS _kafka, name, time, size, text FROM ${table.table} WHERE ${where}`;
    await table.query(place('another', 1));
    const found = await audited();
    await table.query(`DELETE FROM ${table.table} WHERE _kafka.topic = 'another'`);
    expect(found).toMatchObject({ ok: false, totals: { unknown: 1, lost: 0, duplicates: 0 } });
    expect(found.unknown).toEqual([{ id: 'another-0-1', place: table.table }]);
  });

  it('takes a record for settled that the sink has made a dead letter, and not one that is in the table too', async () => {
    const [gone, both] = [await placeOf('e-40'), await placeOf('e-41')];
    const letter = ({ partition, offset }: typeof gone) => ({
      key: null,
      value: null,
      headers: deadLetterHeaders(
        {},
        {
          ...{ by: 'bigquery', topic: events.topic, partition, offset: BigInt(offset), reason: 'refused' },
          ...{ errorClass: 'refused', attempts: 1, firstSeen: new Date(), deadSince: new Date() },
        },
      ),
    });
    await events.producer.send(events.deadLetters, [letter(gone), letter(both)]);
    await table.query(`DELETE FROM ${table.table} WHERE ${gone.where}`);
    const found = await audited();
    expect(found.totals).toMatchObject({ deadLetters: 1, lost: 0, duplicates: 1, documents: 200 });
    expect(found.duplicates).toMatchObject([{ id: 'e-41', places: [table.table, 'the dead letters'] }]);
    await table.query(`DELETE FROM ${table.table} WHERE ${both.where}`);
    expect(await audited()).toMatchObject({ ok: true, totals: { deadLetters: 2, delivered: 199 } });
  });

  it('judges up to what both sinks have committed, and counts what is beyond', async () => {
    await events.publish(names('late', 30));
    expect((await audited({ waitSeconds: 0 })).totals).toMatchObject({ notYetDelivered: 30, lost: 0, records: 201 });
    await objects.write({ format });
    expect((await audited({ waitSeconds: 0 })).totals).toMatchObject({ notYetDelivered: 30, lost: 0, records: 201 });
    await table.load();
    expect(await audited()).toMatchObject({ ok: true, totals: { notYetDelivered: 0, records: 231 } });
  });

  it('says in a sentence that there is no such dataset', async () => {
    const audit = audited({ dataset: 'no_such_dataset' });
    await expect(audit).rejects.toThrow(/^There is no dataset no_such_dataset in BigQuery at http/);
    await expect(audit).rejects.toBeInstanceOf(FatalError);
  });
});
