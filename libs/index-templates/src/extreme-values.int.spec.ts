import { randomUUID } from 'node:crypto';
import { ByteWriter, compileTranscoder, writeLong, type AvroField, type AvroSchema } from '@sluice/avro';
import { eventContract, jsonRules } from '@sluice/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { indexTemplate } from './index-template.ts';

const url = process.env['ELASTICSEARCH_URL'] ?? 'http://no-elasticsearch.invalid';
const topic = `extremes-${randomUUID()}`;

async function call(method: string, path: string, body?: string, type = 'application/json'): Promise<unknown> {
  const response = await fetch(url + path, {
    method,
    headers: { 'content-type': type },
    ...(body !== undefined && { body }),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
  return answer === '' ? undefined : JSON.parse(answer);
}

const logical = (type: string, logicalType: string, more: object = {}): AvroSchema => ({ type, logicalType, ...more });
const ofLong = [
  'timestamp-millis',
  'timestamp-micros',
  'timestamp-nanos',
  'local-timestamp-millis',
  'local-timestamp-micros',
];
const wholes: [name: string, type: AvroSchema][] = [
  ['date', logical('int', 'date')],
  ['clock', logical('int', 'time-millis')],
  ['micro_clock', logical('long', 'time-micros')],
  ...ofLong.map((name): [string, AvroSchema] => [name.replaceAll('-', '_'), logical('long', name)]),
  ['whole', 'int'],
  ['wide', 'long'],
];
const field = ([name, type]: [string, AvroSchema]): AvroField => ({ name, type: { type: 'array', items: type } });
const contract = eventContract({
  type: 'record',
  name: 'Extremes',
  sluice: { topic, time: 'time' },
  fields: [
    { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } },
    ...wholes.map(field),
    field(['real', 'double']),
    field(['small', 'float']),
    field(['decimal', logical('bytes', 'decimal', { precision: 9, scale: 2 })]),
    { name: '_id', type: 'int' },
    { name: '_source', type: { type: 'record', name: 'Source', fields: [{ name: '_id', type: 'int' }] } },
  ],
});

/** One record with the least, the greatest and other awkward values of each type. */
function record(): Buffer {
  const out = new ByteWriter();
  const list = (items: readonly (() => void)[]) => {
    writeLong(items.length, out);
    for (const write of items) write();
    writeLong(0, out);
  };
  writeLong(0, out);
  for (const [, type] of wholes) {
    const isInt = JSON.stringify(type).includes('"int"');
    const bits = isInt ? 31n : 63n;
    const values = [
      -(2n ** bits),
      2n ** bits - 1n,
      -1n,
      0n,
      ...(isInt ? [2_932_897n, 86_400_000n] : [253_402_300_800_000n]),
    ];
    list(values.map((value) => () => writeLong(value, out)));
  }
  const reals = [NaN, Infinity, -Infinity, -0, 1.5];
  list(reals.map((value) => () => out.bytes(Buffer.from(new Float64Array([value]).buffer))));
  list(reals.map((value) => () => out.bytes(Buffer.from(new Float32Array([value]).buffer))));
  const longDecimal = Buffer.alloc(200, 0x7f);
  list(
    [longDecimal, Buffer.of(1)].map((bytes) => () => {
      writeLong(bytes.length, out);
      out.bytes(bytes);
    }),
  );
  writeLong(7, out);
  writeLong(8, out);
  return Buffer.from(out.written());
}

const json = new ByteWriter();

beforeAll(async () => {
  const settings = { shards: 1, replicas: 0, refreshIntervalMs: 1000 };
  await call('PUT', `/_index_template/${topic}`, JSON.stringify(indexTemplate(contract, settings)));
  compileTranscoder(contract.schema, [], undefined, jsonRules('document'))(record(), json);
  await call('PUT', `/${topic}-all/_doc/1?refresh=true`, json.written().toString());
});

afterAll(async () => {
  await call('DELETE', `/${topic}-all?ignore_unavailable=true`);
  await call('DELETE', `/_index_template/${topic}`);
});

it('keeps the extremes of every type of Avro as they are, and fields of reserved names under others', async () => {
  const response = await fetch(`${url}/${topic}-all/_source/1`);
  expect(await response.text()).toBe(json.written().toString());
  const source = JSON.parse(json.written().toString()) as Record<string, unknown>;
  expect(source).toMatchObject({
    field_id: 7,
    field_source: { _id: 8 },
    real: ['NaN', 'Infinity', '-Infinity', -0, 1.5],
  });
  const count = async (query: object) =>
    ((await call('POST', `/${topic}/_count`, JSON.stringify({ query }))) as { count: number }).count;
  expect(await count({ term: { field_id: 7 } })).toBe(1);
  expect(await count({ term: { 'field_source._id': 8 } })).toBe(1);
});

it('takes no day beyond the calendar for one of 1970', async () => {
  const days = { gte: '1970-01-02', lte: '1975-01-01' };
  const search = (await call('POST', `/${topic}/_search`, JSON.stringify({ query: { range: { date: days } } }))) as {
    hits: { total: { value: number } };
  };
  expect(search.hits.total.value).toBe(0);
  const ignored = (await call(
    'POST',
    `/${topic}/_search`,
    JSON.stringify({ query: { term: { _ignored: 'date' } } }),
  )) as {
    hits: { total: { value: number } };
  };
  expect(ignored.hits.total.value).toBe(1);
});
