import { describe, expect, it } from 'vitest';
import { compileFit, compileDecoder, type AvroSchema } from '@sluice/avro';
import { encodeEvent, eventType, prefixBytes } from './encode-event.ts';
import { record, long } from '@sluice/avro/testing';

const encode = (schema: AvroSchema, event: unknown) => encodeEvent(eventType(schema), 7, event);

describe('an encoded event', () => {
  const schema = record([
    { name: 'text', type: 'string' },
    { name: 'parts', type: { type: 'array', items: { type: 'map', values: ['null', 'string'] } } },
  ]);

  it.each(['a\ud83db', 'half\ufffd\ud83d', '\udc00', 'a\ud83d'.padEnd(200), '\ude00\ud83d'])(
    'has no half of a character: %j',
    (half) => {
      expect(() => encode(schema, { text: half, parts: [] })).toThrow('half of a character (a lone surrogate) in text');
      expect(() => encode(schema, { text: '', parts: [{}, { key: half }] })).toThrow(/in parts\.1\.key$/);
      expect(() => encode(schema, { text: '', parts: [{ [half]: null }] })).toThrow(/a name in parts\.0$/);
    },
  );

  it('has every whole character', () => {
    const event = { text: '\ud7ff 한국어 😀 \ufffd \ue000', parts: [{ 힣: '힣' }] };
    const body = encode(schema, event).subarray(prefixBytes);
    compileFit(schema)(body);
    expect(compileDecoder(schema)(body)).toEqual(event);
  });

  it('has fields of any name that Avro allows', () => {
    const names = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', 'type'];
    const odd = record(names.map((name) => ({ name, type: 'int' })));
    const event = {};
    names.forEach((name, value) => Object.defineProperty(event, name, { value, enumerable: true }));
    const decoded = compileDecoder(odd)(encode(odd, event).subarray(prefixBytes)) as object;
    expect(Object.entries(decoded)).toEqual(names.map((name, value) => [name, value]));
  });

  it('needs values that were decoded exactly', () => {
    const count = record([{ name: 'count', type: 'long' }]);
    const decoded = compileDecoder(count)(long(2n ** 63n - 1n));
    expect(() => encode(count, decoded)).toThrow(/R.count|contract in/);
  });
});
