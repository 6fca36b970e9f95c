import { connectKafka, readDeadLetterHeaders, type KafkaClient, type KafkaRecord } from '@sluice/kafka';
import { testRun } from '@sluice/kafka/testing';
import { loadConfig } from '@sluice/config';
import type { AvroField } from '@sluice/avro';
import { deadLetterTopic, storedObject, type EventContract, type StoredObject } from '@sluice/contracts';
import { collectingSinkSettings, runCollectingSink, sinkParts, type SinkRecord } from '@sluice/sink';
import { createLogger } from '@sluice/telemetry';
import { eventually, serverAddresses } from '@sluice/testkit';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { bigquerySink, loadsPart } from './bigquery-sink.ts';
import { bigquerySinkRules, bigquerySinkSettings } from './settings.ts';
import { project, testWarehouse } from './testing/warehouse.ts';

let warehouse: Awaited<ReturnType<typeof testWarehouse>>;
let announcements: EventContract<StoredObject>;
let kafka: KafkaClient;
const running: (() => Promise<void>)[] = [];
const logger = createLogger({ app: 'test', level: 'fatal', format: 'json', to: 'stderr' });
const signal = new AbortController().signal;

const config = (environment: Readonly<Record<string, string>> = {}) => {
  const { gcsEndpoint, bigqueryEndpoint, schemaRegistryUrl, kafkaBrokers } = serverAddresses();
  return loadConfig(
    'bigquery',
    { ...bigquerySinkSettings, ...collectingSinkSettings },
    {
      BIGQUERY_ENDPOINT: bigqueryEndpoint,
      BIGQUERY_PROJECT: project,
      BIGQUERY_DATASET: warehouse.dataset,
      BIGQUERY_GATHER_MS: '100',
      GCS_ENDPOINT: gcsEndpoint,
      GCS_BUCKET: warehouse.bucket,
      SCHEMA_REGISTRY_URL: schemaRegistryUrl,
      KAFKA_BROKERS: kafkaBrokers,
      KAFKA_TOPIC_PARTITIONS: '1',
      SINK_GROUP: `bigquery-${warehouse.run}`,
      SINK_SESSION_TIMEOUT_MS: '6000',
      ...environment,
    },
    bigquerySinkRules,
  );
};

beforeAll(async () => {
  warehouse = await testWarehouse();
  // A topic of its own: nobody else's objects are announced there.
  announcements = { ...storedObject, topic: `objects-${warehouse.run}` };
  kafka = await connectKafka({ config: config(), clientId: 'test', logger, signal });
});
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

/** The sink as main.ts runs it. Gives back what stops it. */
function start(contracts: readonly EventContract[]): () => Promise<void> {
  const settings = config();
  const { stop } = testRun({
    app: 'bigquery',
    parts: [...sinkParts, loadsPart],
    run: (context) =>
      runCollectingSink({
        sink: bigquerySink(settings, contracts, context),
        contracts: [announcements],
        config: settings,
        context,
      }),
  });
  running.push(stop);
  return stop;
}

async function announce(records: readonly SinkRecord<StoredObject>[]): Promise<void> {
  const encoder = await warehouse.codec.encoder(announcements);
  await kafka.ensureTopics([announcements.topic], { signal });
  const producer = await kafka.producer();
  await producer.send(
    announcements.topic,
    records.map(({ value }) => ({ key: value.topic, value: encoder.encode(value) })),
  );
  await producer.disconnect();
}

async function letters(topic: string): Promise<KafkaRecord[]> {
  const found: KafkaRecord[] = [];
  await kafka.read(deadLetterTopic(topic), (record) => void found.push(record), AbortSignal.timeout(30_000));
  return found;
}

it('loads what is announced, dead-letters a refused row byte for byte, and goes on after a restart (G1, G2, G4)', async () => {
  const number: AvroField = { name: 'n', type: 'long' };
  const contract = warehouse.contract([number], undefined, 'dead-letter');
  const events = Array.from({ length: 12 }, (_, n) => ({ id: `id-${n}`, time: new Date(Date.now() - 60_000 + n), n }));
  const encoder = await warehouse.codec.encoder(contract);
  await kafka.ensureTopics([contract.topic], { signal });
  const producer = await kafka.producer();
  const values = events.map((event) => encoder.encode(event));
  await producer.send(
    contract.topic,
    values.map((value, n) => ({ key: `key-${n}`, value, headers: { 'sluice-id': `id-${n}` } })),
  );
  await producer.disconnect();

  await announce([
    await warehouse.store(contract, events.slice(0, 6), {
      mend: (line, n) => (n === 3 ? line.replace('"n":3', '"n":"three"') : line),
    }),
  ]);
  const stop = start([contract]);
  await eventually(async () => expect(await warehouse.offsets(contract)).toEqual([0, 1, 2, 4, 5]), 60_000);
  const [letter, ...others] = await eventually(async () => {
    const found = await letters(contract.topic);
    expect(found).toHaveLength(1);
    return found;
  });
  expect(others).toEqual([]);
  expect(letter?.value).toEqual(values[3]);
  expect(letter?.key?.toString()).toBe('key-3');
  expect(letter?.headers['sluice-id']?.toString()).toBe('id-3');
  const told = letter && readDeadLetterHeaders(letter.headers);
  expect(told).toMatchObject({
    by: 'bigquery',
    topic: contract.topic,
    partition: 0,
    offset: 3n,
    errorClass: 'refused',
  });
  expect(told?.reason).not.toContain('three');
  await stop();

  await announce([await warehouse.store(contract, events.slice(6), { firstOffset: 6 })]);
  start([contract]);
  await eventually(
    async () => expect(await warehouse.offsets(contract)).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11]),
    60_000,
  );
  expect(await letters(contract.topic)).toHaveLength(1);
}, 180_000);
