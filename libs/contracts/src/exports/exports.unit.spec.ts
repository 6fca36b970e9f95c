import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { ByteWriter, compileTranscoder } from '@sluice/avro';
import avsc from 'avsc';
import { eventContract } from '../contract/event-contract.ts';
import { jsonRules } from '../destinations/json-form.ts';
import { contracts, tweet } from '../events.generated.ts';
import { dataContract } from './data-contract.ts';
import { documentSchema } from './document-schema.ts';

const at = { type: 'long', logicalType: 'timestamp-millis' } as const;
const sample = eventContract({
  type: 'record',
  name: 'Sample',
  namespace: 'test',
  doc: 'One of everything.',
  sluice: { topic: 'samples', time: 'at', id: ['id', { field: 'at', unit: 'second' }] },
  fields: [
    { name: 'id', type: 'string', doc: 'What it is.' },
    { name: 'at', type: at },
    { name: 'maybe', type: ['null', 'double'] },
    { name: 'bytes', type: 'bytes' },
    { name: 'size', type: { type: 'enum', name: 'Size', symbols: ['S', 'M'] } },
    { name: 'amount', type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 } },
    { name: 'either', type: ['string', 'long'] },
    { name: 'counts', type: { type: 'map', values: 'long' } },
    {
      name: 'tree',
      type: { type: 'record', name: 'Tree', fields: [{ name: 'children', type: { type: 'array', items: 'Tree' } }] },
    },
  ],
});
const value = {
  id: 'a',
  at: 1_795_872_324_000,
  maybe: null,
  bytes: Buffer.from('x'),
  size: 'M',
  amount: Buffer.of(1, 44),
  either: { long: 5 },
  counts: { a: 1 },
  tree: { children: [{ children: [] }] },
};

describe('the JSON Schema of documents', () => {
  const ajv = new Ajv2020({ strict: true, validateFormats: false });

  it('takes a document, and refuses one with a field of another type', () => {
    const out = new ByteWriter(100);
    const body = avsc.Type.forSchema(structuredClone(sample.schema) as avsc.Schema, { wrapUnions: true }).toBuffer(
      value,
    );
    compileTranscoder(sample.schema, [], sample.schema, jsonRules('document'))(body, out, 0, body.length);
    const document = JSON.parse(out.written().toString()) as Record<string, unknown>;
    const check = ajv.compile(documentSchema(sample));
    expect([check(document), check.errors]).toEqual([true, null]);
    for (const wrong of [{ at: 5 }, { size: 'L' }, { either: true }, { counts: { a: 'b' } }, { tree: { children: 1 } }])
      expect(check({ ...document, ...wrong })).toBe(false);
    const { id: _, ...rest } = document;
    expect(check(rest)).toBe(false);
  });

  it.each(contracts.map((contract) => [contract.topic, contract] as const))('is valid for %s', (_, contract) => {
    expect(() => new Ajv2020({ strict: true, validateFormats: false }).compile(documentSchema(contract))).not.toThrow();
  });
});

describe('the Open Data Contract', () => {
  it('has every field with its type, and those that identify an event in their order', () => {
    expect(dataContract(sample, '2')).toEqual({
      ...{ apiVersion: 'v3.1.0', kind: 'DataContract', id: 'test.Sample', name: 'samples' },
      ...{ version: '2', status: 'active', description: { purpose: 'One of everything.' } },
      schema: [
        {
          ...{ name: 'Sample', physicalName: 'samples', physicalType: 'topic', logicalType: 'object' },
          description: 'One of everything.',
          properties: [
            {
              ...{ name: 'id', logicalType: 'string', physicalType: 'string', description: 'What it is.' },
              ...{ required: true, primaryKey: true, primaryKeyPosition: 1 },
            },
            {
              ...{ name: 'at', logicalType: 'timestamp', physicalType: 'long, timestamp-millis' },
              ...{ required: true, primaryKey: true, primaryKeyPosition: 2 },
            },
            { name: 'maybe', logicalType: 'number', physicalType: 'double', required: false },
            { name: 'bytes', logicalType: 'string', physicalType: 'bytes', required: true },
            { name: 'size', logicalType: 'string', physicalType: 'enum', required: true },
            { name: 'amount', logicalType: 'number', physicalType: 'bytes, decimal', required: true },
            { name: 'either', logicalType: 'object', physicalType: 'union', required: true },
            { name: 'counts', logicalType: 'object', physicalType: 'map', required: true },
            {
              ...{ name: 'tree', logicalType: 'object', physicalType: 'record', required: true },
              properties: [
                {
                  ...{ name: 'children', logicalType: 'array', physicalType: 'array', required: true },
                  items: { logicalType: 'object', physicalType: 'record' },
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it('describes the events of this checkout', () => {
    const [{ properties }] = dataContract(tweet, '1').schema;
    expect(properties.find(({ name }) => name === 'id')).toMatchObject({ primaryKey: true, primaryKeyPosition: 1 });
  });
});
