import { execFileSync } from 'node:child_process';
import { gunzipSync } from 'node:zlib';
import { MalformedAvro, type AvroRecord } from '@sluice/avro';
import type { SinkRecord } from '@sluice/sink';
import avsc from 'avsc';
import { describe, expect, it } from 'vitest';
import { avroEncoding } from '../encoding/avro-encoding.ts';
import { containerSchema } from '../encoding/container-schema.ts';
import { checksumText } from '../encoding/crc32c.ts';
import { jsonEncoding } from '../encoding/json-encoding.ts';
import { ObjectContent } from './object-content.ts';
import type { RowEncoding } from '../encoding/row-encoding.ts';
import { referenceCrc32c } from '../testing/reference-crc32c.ts';
import { testContract, testRecord, testSchema } from '../testing/test-records.ts';

const contract = testContract();
const unit = { topic: contract.topic, partition: 7, contract };
const timeMs = Date.UTC(2026, 2, 5);
const json = () => jsonEncoding(unit, { schemaId: 3, level: 1 });
const texts = ['plain', '', 'é語😀 "\\\n\t\u0000\u2028'];
const some = (count: number, first = 0n) =>
  Array.from({ length: count }, (_, n) =>
    testRecord({ contract, offset: first + BigInt(n), timeMs, event: { text: texts[n % texts.length] } }),
  );

function contentOf(encoding: RowEncoding, records: readonly SinkRecord[]): Buffer {
  const content = new ObjectContent(encoding);
  for (const record of records) content.add(record);
  const { parts, size, crc32c } = content.finish();
  const bytes = Buffer.concat(parts);
  expect({ size, crc32c }).toEqual({ size: bytes.length, crc32c: checksumText(referenceCrc32c(bytes)) });
  return bytes;
}

/** What an independent reader finds in a container: avsc's. */
function rowsOf(container: Buffer): Promise<{ rows: unknown[]; schema: avsc.Schema | undefined }> {
  const decoder = new avsc.streams.BlockDecoder();
  const rows: unknown[] = [];
  let schema: avsc.Schema | undefined;
  const done = new Promise<void>((resolve, reject) => {
    decoder.on('metadata', (type: avsc.Type) => (schema = type.schema()));
    decoder.on('data', (row: object) => rows.push({ ...row }));
    decoder.on('end', resolve);
    decoder.on('error', reject);
  });
  decoder.end(container);
  return done.then(() => ({ rows, schema }));
}

describe('JSON lines', () => {
  it('are one gzip member of many blocks, which gzip itself takes', () => {
    const records = some(5_000);
    const bytes = contentOf(json(), records);
    execFileSync('gzip', ['-t'], { input: bytes });
    expect(execFileSync('gzip', ['-dc'], { input: bytes }).equals(gunzipSync(bytes))).toBe(true);
    // Members are counted by their header, whose ten bytes the content cannot hold by chance.
    expect(bytes.toString('latin1').split('\x1f\x8b\x08\0\0\0\0\0\0\xff')).toHaveLength(2);
    expect(gunzipSync(bytes).length).toBeGreaterThan(5 * 56 * 1024);
  });

  it('say of each record where it comes from, and all that is in it', () => {
    const offsets = [0n, 9n, 10n, 4294967295n, 4294967296n, 10n ** 15n, 2n ** 53n - 1n, 2n ** 53n + 1n, 2n ** 63n - 1n];
    const records = offsets.map((offset, n) => testRecord({ contract, offset, timeMs, event: { text: texts[n % 3] } }));
    const lines = gunzipSync(contentOf(json(), records)).toString().split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => /"offset":(\d+)\}/.exec(line)?.[1])).toEqual(offsets.map(String));
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual(
      offsets.map((offset, n) => ({
        _kafka: { topic: 'ship-logs', partition: 7, offset: Number(offset) },
        time: '2026-03-05T00:00:00.000Z',
        text: texts[n % 3],
      })),
    );
  });

  it('hold rows of records without fields, and of one that is larger than a block', () => {
    const { writeJson: _, ...record } = testRecord({ contract, offset: 1, event: { text: '' } });
    const bare: SinkRecord = { ...record, writeJson: (out) => out.text('{}') };
    expect(gunzipSync(contentOf(json(), [bare])).toString()).toBe(
      '{"_kafka":{"topic":"ship-logs","partition":7,"offset":1}}\n',
    );
    const text = 'x'.repeat(1_000_000);
    const [line = ''] = gunzipSync(contentOf(json(), [testRecord({ contract, offset: 2, event: { text } })]))
      .toString()
      .split('\n');
    expect(JSON.parse(line)).toHaveProperty('text', text);
  });
});

describe('an Avro container', () => {
  const schema = testSchema(12, contract.schema);

  it('is read by another reader: the schema with _kafka in front, and every row', async () => {
    const offsets = [0n, 63n, 64n, 2n ** 31n, 2n ** 50n];
    const records = [
      ...offsets.map((offset) => testRecord({ contract, offset, timeMs, event: { text: texts[2] } })),
      ...some(5_000, 2n ** 40n),
    ];
    const { rows, schema: written } = await rowsOf(contentOf(avroEncoding(unit, { schema, level: 1 }), records));
    expect(rows).toHaveLength(records.length);
    expect(rows[4]).toEqual({
      _kafka: { topic: 'ship-logs', partition: 7, offset: 2 ** 50 },
      time: timeMs,
      text: texts[2],
    });
    expect(rows.at(-1)).toMatchObject({ _kafka: { offset: 2 ** 40 + 4_999 } });
    expect(written).toMatchObject({
      name: 'ShipLog',
      fields: [{ name: '_kafka' }, { name: 'time' }, { name: 'text' }],
    });
  });

  it('defines what the schema refers to elsewhere, once', async () => {
    const place = { type: 'record', name: 'Place', namespace: 'geo', fields: [{ name: 'x', type: 'int' }] } as const;
    const fields = [
      { name: 'from', type: 'geo.Place' },
      { name: 'to', type: ['null', 'geo.Place'] },
    ] as const;
    const whole = testSchema(13, { type: 'record', name: 'Trip', namespace: 'sea', fields }, [place]);
    const body = Buffer.of(2, 2, 4);
    const record = testRecord({ contract, offset: 1, schema: whole, body });
    const { rows } = await rowsOf(contentOf(avroEncoding(unit, { schema: whole, level: 1 }), [record]));
    expect(JSON.parse(JSON.stringify(rows))).toEqual([
      { _kafka: { topic: 'ship-logs', partition: 7, offset: 1 }, from: { x: 1 }, to: { x: 2 } },
    ]);
  });

  it('cannot be where the schema is not a record', () => {
    expect(() => avroEncoding(unit, { schema: testSchema(14, 'string'), level: 1 })).toThrow(MalformedAvro);
  });

  it('has the names that BigQuery takes, and no defaults', () => {
    const twins: AvroRecord = {
      type: 'record',
      name: 'R',
      fields: [
        { name: '_kafka', type: 'int' },
        { name: 'userId', type: 'int', default: 'none' },
        { name: 'userid', type: { type: 'array', items: ['null', { type: 'record', name: 'In', fields: [] }] } },
      ],
    };
    expect(containerSchema(twins).fields.map((field) => [field.name, 'default' in field])).toEqual([
      ['_kafka', false],
      ['field_kafka', false],
      ['userId', false],
      ['userid_2', false],
    ]);
  });
});

describe.each<[string, () => RowEncoding]>([
  ['JSON lines', json],
  ['an Avro container', () => avroEncoding(unit, { schema: testSchema(12, contract.schema), level: 1 })],
])('the content of %s', (_, encoding) => {
  it('stays whole where a record among others cannot be read', async () => {
    const [first, , third] = some(3);
    const broken = testRecord({ contract, offset: 1, body: Buffer.of(0, 20, 0x61) });
    const content = new ObjectContent(encoding());
    if (first !== undefined) content.add(first);
    expect(() => content.add(broken)).toThrow(MalformedAvro);
    if (third !== undefined) content.add(third);
    const bytes = Buffer.concat(content.finish().parts);
    const rows = bytes[0] === 0x1f ? gunzipSync(bytes).toString().trim().split('\n') : (await rowsOf(bytes)).rows;
    expect(rows).toHaveLength(2);
  });

  it('counts the memory that it takes, and is the same however often it is finished', () => {
    const content = new ObjectContent(encoding());
    for (const record of some(3_000)) {
      content.add(record);
      expect(content.bytes).toBeGreaterThanOrEqual(content.compressedBytes);
    }
    const finished = content.finish();
    expect(content.finish()).toBe(finished);
    const held = finished.parts.reduce((sum, part) => sum + part.buffer.byteLength, 0);
    expect(held).toBeLessThan(content.bytes + 64 * 1024);
  });

  it('takes little memory while it is idle, so that hundreds of partitions may be', () => {
    const contents = Array.from({ length: 200 }, () => new ObjectContent(encoding()));
    const records = some(700);
    for (const content of contents) for (const record of records) content.add(record);
    const held = contents.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(held).toBeLessThan(200 * 100 * 1024);
  });
});
