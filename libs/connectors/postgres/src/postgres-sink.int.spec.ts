import { randomBytes } from 'node:crypto';
import { ByteWriter, parseExact } from '@sluice/avro';
import { eventContract, type EventContract } from '@sluice/contracts';
import type { Sink, SinkRecord, Verdict } from '@sluice/sink';
import { batchOf, sampleBatch } from '@sluice/sink/testing';
import { launchStack, testContract, type LaunchedStack } from '@sluice/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { postgresPool } from './client/postgres-pool.ts';
import { postgresSink } from './postgres-sink.ts';
import { tableReader, type PlacedRow } from './reader/table-reader.ts';
import { silent, testDatabase, type TestDatabase } from './testing/test-database.ts';

let stack: LaunchedStack;
let database: TestDatabase;
const sinks: Sink[] = [];
beforeAll(async () => {
  stack = await launchStack({ name: `postgres-sink-${process.pid}`, only: ['postgres'], quiet: true });
});
afterAll(() => stack.stop());
beforeEach(async () => {
  database = await testDatabase(stack.environment['POSTGRES_URL'] ?? '');
});
afterEach(async () => {
  for (const sink of sinks.splice(0)) await sink.close();
  await database.close();
});

const newTopic = () => `test-${randomBytes(6).toString('hex')}`;
const plainContract = (topic = newTopic()): EventContract => {
  const { event: _, ...contract } = testContract(topic);
  return contract;
};
const tableOf = ({ topic }: EventContract) => `${database.schema}."${topic.replaceAll('-', '_')}"`;

async function openSink(contract: EventContract, group = 'postgres'): Promise<Sink> {
  const sink = postgresSink(database.config(), [contract], { group, logger: silent });
  sinks.push(sink);
  await sink.open(new AbortController().signal);
  return sink;
}

/** @param owner of the partition, as long as it is the same signal */
async function write(
  sink: Sink,
  contract: EventContract,
  records: readonly SinkRecord[],
  owner = new AbortController().signal,
): Promise<readonly Verdict[]> {
  const batch = { topic: contract.topic, partition: 0, contract, records };
  return (await sink.write(batch, { signal: owner, attempt: 1 })).verdicts;
}

const statuses = (verdicts: readonly Verdict[]) => verdicts.map(({ status }) => status);
const count = async (table: string) => Number((await database.query(`SELECT count(*) AS n FROM ${table}`))[0]?.['n']);

async function rowsOf(contract: EventContract): Promise<PlacedRow[]> {
  const reader = tableReader(database.config(), new AbortController().signal);
  try {
    const found: PlacedRow[] = [];
    for await (const page of reader.rows(contract, { partition: 0, from: 0n, to: 2n ** 62n })) found.push(...page);
    return found;
  } finally {
    await reader.close();
  }
}

const time = { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } };
const logical = (type: string, logicalType: string, more: object = {}) => ({ type, logicalType, ...more });
const contractOf = (topic: string, ...fields: object[]): EventContract =>
  eventContract({
    type: 'record',
    name: 'TestEvent',
    fields: [time, ...fields],
    sluice: { topic, time: 'time' },
  } as never);

describe('a row', () => {
  it('has each kind of value in a column of its type, and is read back as its record says', async () => {
    const contract = contractOf(
      newTopic(),
      { name: 'truth', type: 'boolean' },
      { name: 'whole', type: 'long' },
      { name: 'real', type: 'double' },
      { name: 'nan', type: 'double' },
      { name: 'words', type: 'string' },
      { name: 'raw', type: 'bytes' },
      { name: 'day', type: logical('int', 'date') },
      { name: 'clock', type: logical('int', 'time-millis') },
      { name: 'local', type: logical('long', 'local-timestamp-millis') },
      { name: 'tags', type: { type: 'array', items: 'string' } },
      { name: 'counts', type: { type: 'map', values: 'long' } },
      { name: 'inner', type: ['null', { type: 'record', name: 'Inner', fields: [{ name: 'x', type: 'double' }] }] },
      { name: '_id', type: ['null', 'string'] },
    );
    const sink = await openSink(contract);
    const event = {
      ...{
        time: new Date('2026-03-05T01:02:03.456Z'),
        truth: true,
        whole: 2 ** 53 - 2,
        real: -1.5e300,
        nan: NaN,
      },
      ...{ words: 'é𝄞 "\\\n\t\u0001\u0002', raw: Buffer.from([0, 1, 255]), day: 20_000, clock: 3_723_004 },
      ...{ local: Date.UTC(1969, 11, 31), tags: ['a', 'b"\\'], counts: { n: 7 }, inner: { x: 1e21 }, _id: 'mine' },
    };
    const { records } = await batchOf(contract, [event]);
    expect(statuses(await write(sink, contract, records))).toEqual(['delivered']);
    const [row] = await database.query(
      `SELECT truth, whole::text, real, nan::text, words, encode(raw, 'hex') AS raw, day::text, clock::text, local::text,
         tags, counts, "inner", field_id, _partition, _id, _time = time AS same_time FROM ${tableOf(contract)}`,
    );
    expect(row).toEqual({
      ...{ truth: true, whole: '9007199254740990', real: -1.5e300, nan: 'NaN', words: event.words, raw: '0001ff' },
      ...{ day: '2024-10-04', clock: '01:02:03.004', local: '1969-12-31 00:00:00', tags: event.tags },
      ...{ counts: { n: 7 }, inner: { x: 1e21 }, field_id: 'mine', _partition: 0, same_time: true },
      _id: records[0]?.id,
    });
    const form = sqlRow(records[0]);
    const found = await rowsOf(contract);
    expect(found.map(({ offset, id, differing }) => [offset, id, differing([form])])).toEqual([
      [records[0]?.offset, records[0]?.id, []],
    ]);
    expect(found[0]?.differing([{ ...form, words: 'other', extra: 1 }])).toEqual(['words', 'extra']);
  });

  it('has a new column for a field that a newer producer added, from its first row on', async () => {
    const topic = newTopic();
    const contract = contractOf(topic, { name: 'n', type: 'long' });
    const newer = contractOf(topic, { name: 'n', type: 'long' }, { name: 'mood', type: ['null', 'string'] });
    const sink = await openSink(contract);
    const old = await batchOf(contract, [{ time: new Date(0), n: 1 }]);
    const changed = await batchOf(newer, [{ time: new Date(0), n: 2, mood: 'glad' }]);
    // The registry of a test numbers its schemas from 1.
    const [record] = changed.records;
    if (record === undefined) throw new Error('the batch is empty');
    await write(sink, contract, [...old.records, copyOf(record, { schema: { ...record.schema, id: 2 } })]);
    const rows = await database.query(`SELECT n, mood FROM ${tableOf(contract)} ORDER BY n`);
    expect(rows).toEqual([
      { n: '1', mood: null },
      { n: '2', mood: 'glad' },
    ]);
  });
});

describe('what PostgreSQL refuses', () => {
  it('is rejected alone, without a value in the reason, and is rejected again when it is read again', async () => {
    const contract = plainContract();
    const sink = await openSink(contract);
    await database.query(`ALTER TABLE ${tableOf(contract)} ADD CONSTRAINT short CHECK (length(text) < 100)`);
    const events = Array.from({ length: 40 }, (_, n) => ({
      ...{ id: `e-${n}`, time: new Date(n) },
      text: n % 13 === 5 ? `SECRET${'x'.repeat(100)}` : 'short',
    }));
    const { records } = await batchOf(contract, events);
    const expected = events.map(({ text }) => (text === 'short' ? 'delivered' : 'rejected'));
    const verdicts = await write(sink, contract, records);
    expect(statuses(verdicts)).toEqual(expected);
    const reasons = new Set(verdicts.flatMap((verdict) => ('reason' in verdict ? [verdict.reason] : [])));
    expect([...reasons]).toEqual([
      'PostgreSQL refuses it: 23514 new row for relation "…" violates check constraint "…" (constraint short)',
    ]);
    // What was decided stays so, for the next owner too, even if the constraint was changed.
    await database.query(`ALTER TABLE ${tableOf(contract)} DROP CONSTRAINT short`);
    expect(await write(await openSink(contract), contract, records)).toEqual(verdicts);
    expect(await count(tableOf(contract))).toBe(37);
    expect(await count(`${database.schema}.sluice_refused`)).toBe(3);
  });

  it('is tried again where the table itself is in the way, and nothing is lost', async () => {
    const contract = plainContract();
    const sink = await openSink(contract);
    const { records } = await sampleBatch(contract, 3);
    await database.query(`ALTER TABLE ${tableOf(contract)} DROP COLUMN text`);
    await database.query(`ALTER TABLE ${tableOf(contract)} ADD COLUMN text integer`);
    await expect(write(sink, contract, records)).rejects.toThrow(/integer/);
    await expect(write(sink, contract, records)).rejects.toThrow(
      /the column text of .* is integer, and the event has text: ALTER TABLE/,
    );
    await database.query(`DROP TABLE ${tableOf(contract)}`);
    expect(statuses(await write(sink, contract, records))).toEqual(['delivered', 'delivered', 'delivered']);
    expect(await count(tableOf(contract))).toBe(3);
  });
});

describe('an owner', () => {
  it('that was suspended brings nothing back when it writes late', async () => {
    const contract = plainContract();
    const [suspended, successor] = [await openSink(contract), await openSink(contract)];
    const { records } = await sampleBatch(contract, 10);
    const owner = new AbortController().signal;
    await write(suspended, contract, records.slice(0, 4), owner);
    await write(successor, contract, records);
    await database.query(`DELETE FROM ${tableOf(contract)}`);
    expect(statuses(await write(suspended, contract, records.slice(4), owner))).toEqual(Array(6).fill('delivered'));
    expect(await count(tableOf(contract))).toBe(0);
  });

  it(
    'that is suspended within a transaction keeps its successor waiting for seconds only',
    { timeout: 60_000 },
    async () => {
      const contract = plainContract();
      const sink = await openSink(contract);
      const { records } = await sampleBatch(contract, 10);
      await write(sink, contract, records.slice(0, 5));
      // As a connection of the sink's, in the middle of its transaction.
      const config = database.config();
      const pool = postgresPool(config, { max: 1, connectionTimeoutMillis: 10_000 });
      const client = await pool.connect();
      await client.query('BEGIN');
      await client.query(`UPDATE ${database.schema}.sluice_positions SET updated_at = now()`);
      const startMs = performance.now();
      expect(statuses(await write(sink, contract, records.slice(5)))).toEqual(Array(5).fill('delivered'));
      expect(performance.now() - startMs).toBeGreaterThan(5_000);
      client.release(true);
      await pool.end();
      expect(await count(tableOf(contract))).toBe(10);
    },
  );

  it('of a group that has started over writes what is missing, and nothing twice', async () => {
    const contract = plainContract();
    const { records } = await sampleBatch(contract, 20);
    await write(await openSink(contract), contract, records.slice(5, 15));
    await write(await openSink(contract), contract, records);
    expect(await count(tableOf(contract))).toBe(20);
    // Another group delivers everything once more, and finds it.
    await write(await openSink(contract, 'other'), contract, records);
    expect(await count(tableOf(contract))).toBe(20);
    const positions = await database.query(
      `SELECT consumer_group AS group, next_offset - first_offset AS count FROM ${database.schema}.sluice_positions ORDER BY 1`,
    );
    expect(positions).toEqual([
      { group: 'other', count: '20' },
      { group: 'postgres', count: '20' },
    ]);
  });

  it('does not take the records of a topic that was created again for those that it has', async () => {
    const contract = plainContract();
    const sink = await openSink(contract);
    const before = await sampleBatch(contract, 3);
    await write(sink, contract, before.records);
    const after = await sampleBatch(contract, 3);
    const records = after.records.map((record, n) => copyOf(record, { offset: before.records[n]?.offset ?? 0n }));
    await expect(write(sink, contract, records)).rejects.toThrow(
      /has another event at partition 0, offset \d+: the topic/,
    );
  });
});

/** The record with other parts. */
const copyOf = (record: SinkRecord, parts: Partial<SinkRecord>): SinkRecord => ({
  ...{ id: record.id, offset: record.offset, timestamp: record.timestamp, timestampMs: record.timestampMs },
  ...{ key: record.key, headers: record.headers, value: record.value, avro: record.avro, schema: record.schema },
  writeId: (out) => record.writeId(out),
  writeJson: (out, form) => record.writeJson(out, form),
  writeAvro: (out) => record.writeAvro(out),
  ...parts,
});

/** The record as the audit reads it. */
function sqlRow(record: SinkRecord | undefined): Record<string, unknown> {
  const out = new ByteWriter();
  record?.writeJson(out, 'sql row');
  const row: unknown = parseExact(out.written().toString());
  if (typeof row !== 'object' || row === null) throw new Error('the record is not a JSON object');
  return { ...row };
}
