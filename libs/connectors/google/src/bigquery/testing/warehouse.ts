import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { loadConfig } from '@sluice/config';
import { capturedLog } from '@sluice/kafka/testing';
import { ByteWriter, containerWriter, type AvroField } from '@sluice/avro';
import {
  eventContract,
  objectName,
  storedObject,
  type EventContract,
  type RefusedPolicy,
  type StoredObject,
} from '@sluice/contracts';
import { createCodec, prefixBytes } from '@sluice/schema-registry';
import { long, text } from '@sluice/avro/testing';
import { collectingSinkSettings, type Collected, type Collector, type SinkRecord } from '@sluice/sink';
import { createHealth, createMetrics } from '@sluice/telemetry';
import { serverAddresses } from '@sluice/testkit';
import { bigquerySink, loadsPart } from '../bigquery-sink.ts';
import { bigquerySinkRules, bigquerySinkSettings } from '../settings.ts';
import type { Job } from '../load/load-job.ts';
import type { Reread } from '../rows/refused-rows.ts';

export const project = 'local';

/** A bucket and a dataset of its own, and whatever tests do with them. */
export async function testWarehouse() {
  const run = randomBytes(5).toString('hex');
  const [bucket, dataset] = [`bq-${run}`, `bq_${run}`];
  const { gcsEndpoint, bigqueryEndpoint, schemaRegistryUrl, kafkaBrokers } = serverAddresses();
  const codec = createCodec({ url: schemaRegistryUrl });
  let offsets = 0n;

  const call = async <T>(url: string, init: RequestInit = {}): Promise<T> => {
    const response = await fetch(url, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as T;
  };
  const post = (json: unknown): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(json),
  });
  await call(`${gcsEndpoint}/storage/v1/b?project=${project}`, post({ name: bucket }));

  const put = (name: string, bytes: Uint8Array) =>
    call(`${gcsEndpoint}/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.from(bytes),
    });

  /** Each event as a record's Avro body and as its JSON line. */
  const encode = async (contract: EventContract, events: readonly object[], firstOffset: number) => {
    const encoder = await codec.encoder(contract);
    const rows = await Promise.all(
      events.map(async (event, n) => {
        const value = encoder.encode(event);
        const out = new ByteWriter();
        (await codec.fetchSchema(value)).writeJson(value, out, contract, prefixBytes, value.length, 'row');
        const place = JSON.stringify({ topic: contract.topic, partition: 0, offset: firstOffset + n });
        return { avro: value.subarray(prefixBytes), json: `{"_kafka":${place},${out.written().toString().slice(1)}` };
      }),
    );
    return { rows, schemaId: encoder.schemaId };
  };

  return {
    run,
    bucket,
    dataset,
    codec,
    /** A contract whose topic nobody else uses. */
    contract: (
      fields: readonly AvroField[],
      topic = `t-${run}-${randomBytes(3).toString('hex')}`,
      refused: RefusedPolicy = 'rescue',
    ): EventContract =>
      eventContract({
        type: 'record',
        name: 'TestEvent',
        namespace: 'sluice.test',
        doc: 'An event of a test.',
        sluice: { topic, time: 'time', key: ['id'], refused },
        fields: [
          { name: 'id', type: 'string', doc: 'Which one.' },
          { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } },
          ...fields,
        ],
      }),
    /**
     * Stores events as the gcs sink would, and announces the object.
     *
     * @param mend changes JSON lines on their way
     */
    async store(
      contract: EventContract,
      events: readonly object[],
      options: { format?: 'JSON' | 'AVRO'; firstOffset?: number; mend?: (line: string, n: number) => string } = {},
    ): Promise<SinkRecord<StoredObject>> {
      const { format = 'JSON', firstOffset = 0, mend = (line) => line } = options;
      const { rows, schemaId } = await encode(contract, events, firstOffset);
      const name = objectName(
        contract,
        0,
        { offset: BigInt(firstOffset), timeMs: Date.parse('2026-03-05T00:00:00Z') },
        format === 'JSON' ? 'json.gz' : 'avro',
      );
      const bytes =
        format === 'JSON'
          ? gzipSync(rows.map(({ json }, n) => `${mend(json, n)}\n`).join(''))
          : avroFile(
              contract,
              rows.map(({ avro }) => avro),
              firstOffset,
            );
      await put(name, bytes);
      return announcement((offsets += 2n), {
        bucket,
        name,
        topic: contract.topic,
        partition: 0,
        first_offset: firstOffset,
        last_offset: firstOffset + events.length - 1,
        records: events.length,
        bytes: bytes.length,
        crc32c: '',
        format,
        schema_id: schemaId,
        schema_ids: [schemaId],
        created: new Date('2026-03-05T00:01:00Z'),
        group: 'gcs',
      });
    },
    async remove({ value: { name } }: SinkRecord<StoredObject>): Promise<void> {
      await call(`${gcsEndpoint}/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`, { method: 'DELETE' });
    },
    put,
    /** A sink in this process. */
    sink(contracts: readonly EventContract[], environment: Readonly<Record<string, string>> = {}, reread?: Reread) {
      const config = loadConfig(
        'bigquery',
        { ...bigquerySinkSettings, ...collectingSinkSettings },
        {
          BIGQUERY_ENDPOINT: bigqueryEndpoint,
          GCS_ENDPOINT: gcsEndpoint,
          BIGQUERY_PROJECT: project,
          BIGQUERY_DATASET: dataset,
          GCS_BUCKET: bucket,
          SCHEMA_REGISTRY_URL: schemaRegistryUrl,
          KAFKA_BROKERS: kafkaBrokers,
          ...environment,
        },
        bigquerySinkRules,
      );
      const { logger, lines } = capturedLog();
      const health = createHealth([loadsPart]);
      const metrics = createMetrics('bigquery');
      const sink = bigquerySink(config, contracts, { app: 'bigquery', logger, metrics, health }, reread);
      return {
        sink,
        lines,
        health,
        metric: async (name: string) =>
          (await metrics.expose()).text.split('\n').filter((line) => line.startsWith(name)),
        collector: (): Collector<StoredObject> =>
          sink.collect({ topic: 'objects', partition: 0, contract: storedObject }),
      };
    },
    async query<T>(sql: string): Promise<T[]> {
      const answer = await call<QueryAnswer>(
        `${bigqueryEndpoint}/bigquery/v2/projects/${project}/queries`,
        post({ query: sql, useLegacySql: false }),
      );
      const names = answer.schema.fields.map(({ name }) => name);
      return (answer.rows ?? []).map(({ f }) => Object.fromEntries(f.map(({ v }, at) => [names[at], v])) as T);
    },
    /** All rows of a table by their offset, in order. */
    async offsets(contract: EventContract): Promise<number[]> {
      const table = `${dataset}.${contract.topic.replaceAll('-', '_')}`;
      const rows = await this.query<{ o: string }>(`select _kafka.offset o from ${table} order by o`);
      return rows.map(({ o }) => Number(o));
    },
    tableOf: (contract: EventContract) =>
      call<{ schema: { fields: { name: string; type: string; mode?: string }[] } } & Record<string, unknown>>(
        `${bigqueryEndpoint}/bigquery/v2/projects/${project}/datasets/${dataset}/tables/${contract.topic.replaceAll('-', '_')}`,
      ),
    async removeTable(contract: EventContract): Promise<void> {
      const table = contract.topic.replaceAll('-', '_');
      const url = `${bigqueryEndpoint}/bigquery/v2/projects/${project}/datasets/${dataset}/tables/${table}`;
      await call(url, { method: 'DELETE' });
    },
    /** The load jobs into a contract's table, oldest first. */
    async jobs(contract: EventContract): Promise<Job[]> {
      const { jobs = [] } = await call<{ jobs?: Job[] }>(
        `${bigqueryEndpoint}/bigquery/v2/projects/${project}/jobs?projection=full&maxResults=10000`,
      );
      const table = contract.topic.replaceAll('-', '_');
      return jobs.filter(({ configuration }) => configuration?.load?.destinationTable?.tableId === table).reverse();
    },
  };
}

interface QueryAnswer {
  schema: { fields: { name: string }[] };
  rows?: { f: { v: unknown }[] }[];
}

const never = new AbortController().signal;

/** Adds announcements and delivers once, as the runtime would. */
export async function deliver(
  collector: Collector<StoredObject>,
  records: readonly SinkRecord<StoredObject>[] = [],
  signal: AbortSignal = never,
): Promise<Collected<StoredObject>> {
  for (const record of records) collector.add(record);
  return collector.deliver({ signal, attempt: 1 });
}

/** An announcement as the runtime hands it over. */
function announcement(offset: bigint, value: StoredObject): SinkRecord<StoredObject> {
  return {
    id: value.name,
    writeId: (out) => out.text(JSON.stringify(value.name)),
    offset,
    timestamp: value.created,
    timestampMs: value.created.getTime(),
    key: Buffer.from(value.topic),
    headers: {},
    value,
    writeJson: (out) => out.text(JSON.stringify(value)),
    avro: Buffer.alloc(0),
    writeAvro: () => {},
    schema: {
      id: 1,
      avro: storedObject.schema,
      writeJson: () => {},
      check: () => {},
      prefixBytes: 5,
      unknownFields: () => [],
      decode: () => value,
    },
  };
}

/** A container file in several blocks, as the gcs sink writes it. */
export function avroFile({ schema, topic }: EventContract, bodies: readonly Buffer[], firstOffset: number): Buffer {
  const place = {
    type: 'record',
    name: 'KafkaPlace',
    namespace: 'sluice',
    fields: [
      { name: 'topic', type: 'string' },
      { name: 'partition', type: 'int' },
      { name: 'offset', type: 'long' },
    ],
  };
  const container = { ...schema, fields: [{ name: '_kafka', type: place }, ...schema.fields] };
  const rows = bodies.map((body, n) => Buffer.concat([text(topic), long(0), long(firstOffset + n), body]));
  const writer = containerWriter(JSON.stringify(container), {});
  const parts = [writer.header()];
  for (let at = 0; at < rows.length; at += 3) {
    const some = rows.slice(at, at + 3);
    parts.push(writer.block(Buffer.concat(some), some.length));
  }
  return Buffer.concat(parts);
}
