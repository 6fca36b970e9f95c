import { loadConfig } from '@sluice/config';
import { deadLetterHeaders } from '@sluice/kafka';
import { uniqueName } from '@sluice/kafka/testing';
import {
  documentReader,
  documentSearch,
  elasticsearchSettings,
  type DocumentReader,
  type DocumentSearch,
} from '@sluice/connector-elasticsearch';
import { bucketReader, gcsSettings } from '@sluice/connector-google';
import { where, type FoundEvent, type WhereAccess } from '@sluice/operations';
import { createCodec } from '@sluice/schema-registry';
import { eventually, serverAddresses } from '@sluice/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../testing/run-cli.ts';
import { names, testEvents, type TestEvents } from '../testing/test-events.ts';
import { testObjects, type TestObjects } from '../testing/test-objects.ts';
import { testSink, type TestSink } from '../testing/test-sink.ts';
import { testTable, type TestTable } from '../testing/test-table.ts';

const { signal } = new AbortController();
let events: TestEvents;
let objects: TestObjects;
let table: TestTable;
let sink: TestSink;
let documents: DocumentReader;
let search: DocumentSearch;
let access: WhereAccess;

beforeAll(async () => {
  const { elasticsearchUrl, gcsEndpoint, bigqueryEndpoint, schemaRegistryUrl } = serverAddresses();
  events = await testEvents();
  const group = uniqueName('where');
  sink = testSink(events.contract, group);
  // One after the other, so that the group commits more than once.
  const now = { time: new Date() };
  for (const name of names('e', 60)) await events.publish([name], now);
  objects = await testObjects(events);
  await objects.write({ perObject: 10 });
  table = await testTable(events, objects, 'JSON');
  await loadWithLabels();
  const elasticsearch = loadConfig('test', elasticsearchSettings, { ELASTICSEARCH_URL: elasticsearchUrl });
  const storage = { GCS_ENDPOINT: gcsEndpoint, GCS_BUCKET: objects.bucket };
  [documents, search] = [documentReader(elasticsearch, signal), documentSearch(elasticsearch, signal)];
  access = {
    ...{ kafka: events.kafka, codec: createCodec({ url: schemaRegistryUrl }), signal, documents, search },
    objects: bucketReader(loadConfig('test', gcsSettings, storage), signal),
    rows: table.access,
    links: { elasticsearch: elasticsearchUrl, gcs: gcsEndpoint, bigquery: bigqueryEndpoint },
    groups: { elasticsearch: group, gcs: objects.group, bigquery: table.group },
    contracts: [events.contract],
  };
  await eventually(async () => {
    await documents.refresh(events.contract);
    expect(await documents.count(events.contract)).toBe(60);
  });
});
afterAll(async () => {
  await sink.remove();
  await Promise.all([documents.close(), search.close()]);
  await events.close();
});

/** Loads all objects in one job that says so, as the sink's do. */
async function loadWithLabels() {
  const announced = (await events.kafka.records('objects')).filter(({ key }) => key?.toString() === events.topic);
  const [first, last] = [announced[0], announced.at(-1)];
  const uris = (await objects.names()).map((name) => `gs://${objects.bucket}/${name}`);
  await table.job(`sluice_${events.topic}_${first?.partition}_${first?.offset}_00000000000000aa_1`, uris, {
    sluice_group: table.group,
    sluice_topic: events.topic,
    sluice_first: String(first?.offset),
    sluice_last: String(last?.offset),
  });
}

const placeOf = async (name: string) => {
  const found = (await events.kafka.records(events.topic)).find(({ key }) => key?.toString() === name);
  return { partition: found?.partition ?? -1, offset: found?.offset ?? -1n };
};

const only = (found: readonly FoundEvent[]): FoundEvent => {
  expect(found).toHaveLength(1);
  return found[0] as FoundEvent;
};

describe('where', () => {
  it('finds an event by its id in all places, with the place in each', async () => {
    const { partition, offset } = await placeOf('e-33');
    const answer = await where(access, 'e-33');
    const event = only(answer.events);
    expect(answer).toMatchObject({ kind: 'id', notes: [] });
    expect(event).toMatchObject({
      topic: events.topic,
      id: 'e-33',
      kafka: { state: 'found', locator: `${events.topic}:${partition}:${offset}`, key: 'e-33' },
      document: { state: 'found', id: 'e-33' },
      object: { state: 'found', bucket: objects.bucket, format: 'JSON', records: 10 },
      row: { state: 'found', table: `local.${table.table}` },
      deadLetters: [],
    });
    expect(JSON.parse(event.event ?? '')).toMatchObject({ name: 'e-33', text: 'text of e-33' });
  });

  it('says the line of the object, and the statement that returns the row', async () => {
    const { partition, offset } = await placeOf('e-33');
    const { object, row } = only((await where(access, 'e-33')).events);
    const own = (await events.kafka.records(events.topic)).filter((record) => record.partition === partition);
    const at = own.findIndex((record) => record.offset === offset);
    expect(object).toMatchObject({ row: (at % 10) + 1 });
    const rows = await table.query(row.state === 'found' ? row.sql : '');
    expect(rows).toHaveLength(1);
  });

  it('the links lead to the document and to the object', async () => {
    const { document, object } = only((await where(access, 'e-33')).events);
    for (const finding of [document, object]) {
      const link = finding.state === 'found' ? finding.link : undefined;
      expect((await fetch(link ?? '')).status, link).toBe(200);
    }
  });

  it('tells the life of an event in five steps, whose times add up', async () => {
    const { life } = only((await where(access, 'e-33')).events);
    expect(life.unknown).toEqual([]);
    expect(life.steps.map(({ name }) => name).sort()).toEqual(['acknowledged', 'happened', 'indexed', 'object', 'row']);
    expect(life.steps[0]?.name).toBe('happened');
    expect(life.steps.at(-1)?.name).toBe('row');
    expect(life.steps.reduce((sum, { sinceMs }) => sum + sinceMs, 0)).toBe(life.totalMs);
    expect(life.totalMs).toBeGreaterThan(0);
    // Between the publishing and now.
    const indexed = life.steps.find(({ name }) => name === 'indexed')?.atMs ?? 0;
    expect(indexed).toBeGreaterThanOrEqual(life.steps[0]?.atMs ?? Infinity);
    expect(indexed).toBeLessThanOrEqual(Date.now());
  });

  it('finds the same event by its place', async () => {
    const { partition, offset } = await placeOf('e-7');
    const answer = await where(access, `${events.topic}:${partition}:${offset}`);
    expect(answer.kind).toBe('place');
    expect(only(answer.events)).toMatchObject({ id: 'e-7', document: { state: 'found' }, row: { state: 'found' } });
  });

  it('finds an event by words of its text', async () => {
    const answer = await where(access, '"text of e-33"');
    expect(answer).toMatchObject({ kind: 'text', notes: [], matches: [{ id: 'e-33', topic: events.topic }] });
    expect(only(answer.events)).toMatchObject({ id: 'e-33', kafka: { state: 'found' }, row: { state: 'found' } });
  });

  it('an event that is nowhere is not found', async () => {
    expect(await where(access, 'e-60')).toMatchObject({ kind: 'id', events: [], matches: [] });
  });

  it('a place behind the end, and one of a transaction, hold no record', async () => {
    const [{ end } = { end: 0n }] = (await events.kafka.ends(events.topic)) ?? [];
    const { kafka } = only((await where(access, `${events.topic}:0:${end + 5n}`)).events);
    expect(kafka).toEqual({ state: 'absent', why: `the partition ends at offset ${end}` });
  });
});

describe('where a server is missing', () => {
  it('an event that only Kafka has is found by its id, and the sinks say that they have not come to it', async () => {
    const { documents: _documents, search: _search, ...withoutElasticsearch } = access;
    await events.publish(['late'], { time: new Date() });
    const event = only((await where(withoutElasticsearch, 'late')).events);
    expect(event.kafka.state).toBe('found');
    expect(event.document).toEqual({ state: 'unknown', why: 'not asked' });
    expect(event.object).toMatchObject({ state: 'absent' });
    expect(event.object.state === 'absent' && event.object.why).toContain('has not written it yet');
    expect(event.row).toMatchObject({ state: 'absent' });
    expect(event.life.steps.map(({ name }) => name)).toEqual(['happened', 'acknowledged']);
  });

  it('its findings are unknown with the reason, and the others are there', async () => {
    const down = documentReader(
      loadConfig('test', elasticsearchSettings, { ELASTICSEARCH_URL: 'http://127.0.0.1:1' }),
      signal,
    );
    const answer = await where({ ...access, documents: down, search: undefined }, 'e-33');
    expect(answer.notes.join()).toContain('Elasticsearch was not asked');
    const event = only(answer.events);
    expect(event.document).toMatchObject({ state: 'unknown' });
    expect(event).toMatchObject({ kafka: { state: 'found' }, object: { state: 'found' }, row: { state: 'found' } });
    await down.close();
  });
});

describe('a dead letter', () => {
  it('is found by the id of its event, and by its own place', async () => {
    const { partition, offset } = await placeOf('e-5');
    const headers = deadLetterHeaders(
      {},
      {
        ...{ by: 'gcs', topic: events.topic, partition, offset, id: 'e-5' },
        ...{ reason: 'made for a test', errorClass: 'refused', attempts: 1 },
        ...{ firstSeen: new Date(), deadSince: new Date() },
      },
    );
    await events.producer.send(events.deadLetters, [{ key: 'e-5', value: events.encode('e-5'), headers }]);
    const expected = [{ by: 'gcs', reason: 'made for a test', errorClass: 'refused' }];
    const { deadLetters } = only((await where(access, 'e-5')).events);
    expect(deadLetters).toMatchObject(expected);
    const byItsPlace = only((await where(access, deadLetters[0]?.locator ?? '')).events);
    expect(byItsPlace).toMatchObject({ id: 'e-5', deadLetters: expected });
  });
});

it('sluice where exits with 1 where nothing is found, and prints what it knows', async () => {
  const { code, stdout } = await runCli(['where', uniqueName('nothing'), '--json'], {
    GCS_BUCKET: objects.bucket,
    ...table.environment,
  });
  expect(JSON.parse(stdout)).toMatchObject({ events: [], matches: [] });
  expect(code).toBe(1);
});
