import { describe, expect, it } from 'vitest';
import { ByteWriter, MalformedAvro } from '@sluice/avro';
import { derivedContract, jsonSchemaTypes, type JsonForm } from '@sluice/contracts';
import { jsonWriterSchema } from './json-writer-schema.ts';

const schema = jsonSchemaTypes({
  type: 'object',
  properties: {
    _id: { type: 'integer' },
    lines: { type: 'array', items: { type: 'object', properties: { 'unit price': { type: 'number' } } } },
    labels: { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
    tags: { type: 'array', items: { type: 'string' } },
  },
});
const found = { schema, references: [], format: 'JSON' as const };
const contract = derivedContract('orders', [{ schema }]);
const writer = jsonWriterSchema(7, found);

function written(value: string, form: JsonForm = 'document', of = contract): string {
  const out = new ByteWriter();
  const bytes = Buffer.from(value);
  writer.writeJson(bytes, out, of, 0, bytes.length, form, 1);
  return out.written().toString();
}
const time = '"1970-01-01T00:00:00.001Z"';

describe('a value with a JSON Schema', () => {
  it('is a document behind its event time, under the names of documents', () => {
    const value = '{\n "_id": 9007199254740993, "lines": [{"unit price": 1.5}], "labels": {"a b": []}, "later": null }';
    expect(written(value)).toBe(
      `{"@timestamp":${time},"field_id":9007199254740993,"lines":[{"unit price":1.5}],"labels":{"a b":[]},"later":null}`,
    );
  });

  it('is a row under the names of rows, but for the names of a map', () => {
    const value = '{"_id": 9007199254740993, "lines": [{"unit price": 1}], "labels": {"a b": ["x"]}, "tags": null}';
    expect(written(value, 'row')).toBe(
      `{"_timestamp":${time},"_id":"9007199254740993","lines":[{"unit_price":1}],"labels":{"a b":["x"]},"tags":[]}`,
    );
  });

  it('is a field where it is not an object', () => {
    expect(written('[1, "x"]')).toBe(`{"@timestamp":${time},"value":[1,"x"]}`);
    expect(written('null')).toBe(`{"@timestamp":${time},"value":null}`);
  });

  it('is as it was written without a contract', () => {
    const out = new ByteWriter();
    writer.writeJson(Buffer.from('{"tags": ["x"]}'), out);
    expect(out.written().toString()).toBe('{"tags":["x"]}');
  });

  it.each([
    ['{', 'a text that is not JSON'],
    ['', 'a text that is not JSON'],
    ['{"a":"\xff"}', 'a text that is not UTF-8'],
    [`${'['.repeat(300)}${']'.repeat(300)}`, 'nested deeper than 200 levels'],
  ])('is refused where it is none: %s', (value, reason) => {
    const bytes = Buffer.from(value, 'latin1');
    expect(() => writer.writeJson(bytes, new ByteWriter(), contract, 0, bytes.length, 'document', 1)).toThrow(
      new MalformedAvro(reason),
    );
  });

  it('says which fields a contract lacks', () => {
    expect(writer.unknownFields(derivedContract('orders', []))).toEqual(['_id', 'lines', 'labels', 'tags']);
    expect(writer.unknownFields(contract)).toEqual([]);
  });
});
