import { describe, expect, it } from 'vitest';
import type { AvroSchema } from '../schema/avro-schema.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { deepestJson, jsonText } from './json-text.ts';
import { bytes, text } from '../testing/avro-bytes.ts';
import { compileTranscoder } from './transcoder.ts';

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

describe('a text that holds JSON', () => {
  it.each([
    ['{"id":1234567890123456789,"x":1e400,"y":1.10}', 'with all digits'],
    ['{"a":"\\"{[:]}\\\\","b":[{"a":1},{"a":2}],"a2":{"a":null}}', 'with brackets and colons in strings'],
    ['"text"', 'a string'],
    ['17', 'a number'],
    ['null', 'null'],
    ['{"__proto__":{"a":1},"constructor":2}', 'with names that objects have anyway'],
    [nested(deepestJson), 'as deep as may be'],
  ])('stays as it is: %s (%s)', (json) => expect(jsonText(json)).toBe(json));

  it.each([
    '',
    '{',
    '{"a":1}}',
    "{'a':1}",
    'NaN',
    '{"a":1,}',
    '\ufeff{}',
    '{"a":"\n"}',
    'text',
    nested(deepestJson + 1),
  ])('becomes a string where it is none, or too deep: %j', (other) => expect(JSON.parse(jsonText(other))).toBe(other));

  it.each(['{"a":1,"a":2}', '[{"b":{"a":1,"\\u0061":2}}]'])(
    'becomes a string where a name is twice in an object, which destinations refuse: %s',
    (twice) => expect(JSON.parse(jsonText(twice))).toBe(twice),
  );

  it('stays on one line, as lines part the records of a file', () => {
    expect(jsonText('{\r\n  "a": "line\\nbreak"\n}')).toBe('{   "a": "line\\nbreak" }');
  });

  it('of great depth neither ends the process nor is written', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(JSON.parse(jsonText(deep))).toBe(deep);
  });
});

describe('the logical type json', () => {
  const json = (schema: AvroSchema, avro: Uint8Array, reader?: AvroSchema): string => {
    const out = new ByteWriter(1);
    compileTranscoder(schema, [], reader)(Buffer.from(avro), out);
    return out.written().toString();
  };
  const held: AvroSchema = { type: 'string', logicalType: 'json' };

  it('writes what a string holds', () => {
    expect(json(held, text('{"아이돌":"😀"}'))).toBe('{"아이돌":"😀"}');
    expect(json(['null', held], Buffer.concat([Buffer.of(2), text('[1]')]))).toBe('[1]');
    expect(json(held, text('no json'))).toBe('"no json"');
  });

  it('refuses what is not UTF-8, as any string', () => {
    expect(() => json(held, bytes([0x22, 0xff, 0x22]))).toThrow('not UTF-8');
    expect(() => json(held, bytes([0xff]))).toThrow('not UTF-8');
  });

  it('counts where the reader has it, and not on bytes', () => {
    expect(json('string', text('{}'), held)).toBe('{}');
    expect(json(held, text('{}'), 'string')).toBe('"{}"');
    expect(json({ type: 'bytes', logicalType: 'json' }, text('{}'))).toBe('"e30="');
  });
});
