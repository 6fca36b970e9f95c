import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concat, long } from '@sluice/avro/testing';
import { server } from '@sluice/connector-elasticsearch/testing';
import { testKafka, uniqueName, type TestKafka } from '@sluice/kafka/testing';
import { eventually, serverAddresses, startAppProcess, type AppProcess } from '@sluice/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const client = server();
const running: AppProcess[] = [];
const topics: string[] = [];
let folder = '';
let kafka: TestKafka;
let producer: Awaited<ReturnType<TestKafka['producer']>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'any-topic-'));
  kafka = await testKafka(serverAddresses().kafkaBrokers);
  producer = await kafka.producer();
});
afterEach(async () => {
  for (const app of running.splice(0)) await app.kill();
});
afterAll(async () => {
  for (const topic of topics) {
    await client.indices.deleteIndexTemplate({ name: topic }).catch(() => {});
    const indices = Object.keys(await client.indices.get({ index: `${topic}-*`, allow_no_indices: true }));
    if (indices.length > 0) await client.indices.delete({ index: indices });
  }
  await producer.disconnect();
  await kafka.disconnect();
  await client.close();
  rmSync(folder, { recursive: true });
});

/** Registers as any other producer would, and gives the id. */
async function register(subject: string, schema: object, schemaType = 'AVRO'): Promise<number> {
  const response = await fetch(`${serverAddresses().schemaRegistryUrl}/subjects/${subject}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: JSON.stringify(schema), schemaType }),
  });
  if (!response.ok) throw new Error(`the registry answered ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { id: number }).id;
}

function valueOf(id: number, body: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(id, 1);
  return Buffer.concat([prefix, body]);
}

const newTopic = (name = uniqueName('orders')): string => {
  topics.push(name);
  return name;
};
const create = (topic: string) => kafka.ensureTopics([topic], { signal: AbortSignal.timeout(30_000), partitions: 2 });

function startSink(topic: string, settings: Readonly<Record<string, string>> = {}): string {
  const logFile = join(folder, `${topic}.log`);
  running.push(
    startAppProcess({
      folder: 'sinks/elasticsearch',
      logFile,
      environment: { SINK_TOPICS: topic, SINK_GROUP: topic, ELASTICSEARCH_REPLICAS: '0', LINGER_MS: '0', ...settings },
    }),
  );
  return logFile;
}

async function documents(topic: string, count: number): Promise<{ index: string; id: string; source: unknown }[]> {
  return eventually(async () => {
    await client.indices.refresh({ index: topic, ignore_unavailable: true });
    const { hits } = await client.search({ index: topic, size: 100, sort: '@timestamp' });
    expect(hits.hits).toHaveLength(count);
    return hits.hits.map(({ _index: index, _id: id = '', _source: source }) => ({ index, id, source }));
  });
}

const atMs = Date.parse('2026-11-20T10:00:00.123Z');
const order = (...more: object[]) => ({
  ...{ type: 'record', name: 'Order', namespace: 'com.example.shop' },
  fields: [
    { name: 'id', type: 'long' },
    { name: 'paid', type: ['null', { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 }] },
    ...more,
  ],
});

describe('a topic without a contract', () => {
  it('is delivered by its schema, and gains the fields of later ones before their first record', async () => {
    const topic = newTopic();
    await create(topic);
    const first = await register(`${topic}-value`, order());
    const body = concat(long(7), long(1), long(2), Buffer.of(0x04, 0xe2));
    await producer.send(topic, [{ key: 'a', value: valueOf(first, body), timestampMs: atMs }]);
    startSink(topic);
    const [document] = await documents(topic, 1);
    expect(document).toEqual({
      index: `${topic}-2026-11`,
      id: expect.stringMatching(new RegExp(`^${topic}-[01]-0-[0-9a-f]{8}$`)),
      source: { '@timestamp': '2026-11-20T10:00:00.123Z', id: 7, paid: '12.50' },
    });
    const state = { name: 'state', type: { type: 'enum', name: 'State', symbols: ['NEW', 'OLD'] }, default: 'NEW' };
    const second = await register(`${topic}-value`, order(state));
    const later = concat(long(8), long(0), long(1));
    await producer.send(topic, [{ key: 'b', value: valueOf(second, later), timestampMs: atMs + 1 }]);
    expect((await documents(topic, 2)).at(1)?.source).toEqual({
      ...{ '@timestamp': '2026-11-20T10:00:00.124Z', id: 8, paid: null, state: 'OLD' },
    });
    const mappings = await client.indices.getMapping({ index: topic });
    expect(mappings[`${topic}-2026-11`]?.mappings.properties).toMatchObject({
      ...{ '@timestamp': { type: 'date' }, id: { type: 'long' }, paid: { type: 'double' }, state: { type: 'keyword' } },
    });
    const { count } = await client.count({ index: topic, query: { term: { state: 'OLD' } } });
    expect(count).toBe(1);
  });

  it('may appear while the sink runs, with a JSON Schema', async () => {
    const topic = newTopic();
    const logFile = startSink(topic);
    await eventually(() => expect(readFileSync(logFile, 'utf8')).toContain('topics do not exist yet'));
    await create(topic);
    const properties = { id: { type: 'integer' }, tags: { type: 'array', items: { type: 'string' } } };
    const id = await register(`${topic}-value`, { type: 'object', properties }, 'JSON');
    const value = valueOf(id, Buffer.from('{"id": 9007199254740993, "tags": ["x"], "more": {"a": 1}}'));
    await producer.send(topic, [{ key: null, value, timestampMs: atMs }]);
    const [document] = await documents(topic, 1);
    expect(document?.source).toMatchObject({ '@timestamp': '2026-11-20T10:00:00.123Z', tags: ['x'], more: { a: 1 } });
    const { count } = await client.count({ index: topic, query: { term: { tags: 'x' } } });
    expect(count).toBe(1);
  });

  it('follows the rules of a file: its id, its time, its rotation', async () => {
    const topic = newTopic(uniqueName('Shop.Orders'));
    await create(topic);
    const at = {
      name: 'at',
      type: ['null', { type: 'record', name: 'At', fields: [{ name: 'seconds', type: 'long' }] }],
    };
    const id = await register(`${topic}-value`, order(at));
    const paid = (number: number, ...rest: Buffer[]) => valueOf(id, concat(long(number), long(0), ...rest));
    const seconds = Math.floor(Date.parse('2025-03-31T20:00:00Z') / 1000);
    await producer.send(topic, [
      { key: 'first', value: paid(1, long(1), long(seconds)), timestampMs: atMs },
      { key: 'second', value: paid(2, long(0)), timestampMs: atMs },
      { key: 'first', value: paid(1, long(1), long(seconds)), timestampMs: atMs + 5 },
      { key: 'third', value: null, timestampMs: atMs },
    ]);
    const rules = join(folder, 'topics.json');
    const time = { field: 'at.seconds', unit: 'seconds' };
    const rule = { id: 'key', time, rotation: 'day', timeZone: 'Asia/Seoul', tombstones: 'skip' };
    await writeFile(rules, JSON.stringify({ [topic]: rule }));
    startSink(topic, { TOPICS_FILE: rules });
    const alias = topic.toLowerCase();
    topics.push(alias);
    expect(await documents(alias, 2)).toEqual([
      {
        ...{ index: `${alias}-20250401`, id: 'first' },
        source: { '@timestamp': '2025-03-31T20:00:00.000Z', id: 1, paid: null, at: { seconds } },
      },
      {
        ...{ index: `${alias}-20261120`, id: 'second' },
        source: { '@timestamp': '2026-11-20T10:00:00.123Z', id: 2, paid: null, at: null },
      },
    ]);
    await eventually(async () => {
      const committed = await kafka.committedOffsets(topic, topic);
      const ends = (await kafka.ends(topic)) ?? [];
      expect(ends.every(({ partition, end }) => end === 0n || committed.get(partition) === end)).toBe(true);
    });
    expect(await kafka.records(`${topic}.dlq`)).toEqual([]);
  });

  it('may hold JSON without a schema, where the rules say so', async () => {
    const topic = newTopic();
    await create(topic);
    const values = ['{"user": {"id": 5}, "big": 9007199254740993}', '{"user": '];
    await producer.send(
      topic,
      values.map((value) => ({ key: null, value: Buffer.from(value), timestampMs: atMs })),
    );
    const rules = join(folder, 'json.json');
    await writeFile(rules, JSON.stringify({ [topic]: { format: 'json' } }));
    startSink(topic, { TOPICS_FILE: rules });
    const [document] = await documents(topic, 1);
    expect(document?.source).toMatchObject({ '@timestamp': '2026-11-20T10:00:00.123Z', value: { user: { id: 5 } } });
    const { count } = await client.count({ index: topic, query: { term: { 'value.user.id': '5' } } });
    expect(count).toBe(1);
    const [deadLetter] = await eventually(async () => {
      const deadLetters = await kafka.records(`${topic}.dlq`);
      expect(deadLetters).toHaveLength(1);
      return deadLetters;
    });
    expect(deadLetter?.headers['dead-letter.reason']?.toString()).toContain('a text that is not JSON');
  });

  it('is refused at the start where all its schemas are Protobuf', async () => {
    const topic = newTopic();
    await create(topic);
    const schema = 'syntax = "proto3"; message Order { string id = 1; }';
    const response = await fetch(`${serverAddresses().schemaRegistryUrl}/subjects/${topic}-value/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({ schema, schemaType: 'PROTOBUF' }),
    });
    expect(response.ok).toBe(true);
    const logFile = startSink(topic);
    const [sink] = running;
    expect(await sink?.exited).not.toBe(0);
    expect(readFileSync(logFile, 'utf8')).toMatch(
      /The topic orders-\w+ cannot be delivered: schema \d+ is PROTOBUF, not Avro/,
    );
  });
});
