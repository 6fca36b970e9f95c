import { kafkaRecord, type KafkaRecord } from '@sluice/kafka';
import { ByteWriter, MalformedAvro } from '@sluice/avro';
import type { WriterSchema } from '@sluice/schema-registry';
import { describe, expect, it } from 'vitest';
import { LazyRecord } from './lazy-record.ts';
import { testRecords } from '../testing/test-records.ts';
const { contract, raw, schemaOf } = testRecords();
const event = { id: 'a' };

/** A schema that counts how often it is used. */
function countingSchema() {
  const used = { decode: 0, writeJson: 0 };
  const schema = schemaOf();
  const counting: WriterSchema = {
    ...schema,
    decode: (avro, of) => (used.decode++, schema.decode(avro, of)),
    writeJson: (...args) => (used.writeJson++, schema.writeJson(...args)),
  };
  return { used, counting };
}

describe('a record', () => {
  it('decodes once, and only when it is asked to', () => {
    const { used, counting } = countingSchema();
    const record = new LazyRecord(raw(7, 'a'), counting, contract, 3);
    expect([record.offset, record.avro.length > 0, used.decode]).toEqual([7n, true, 0]);
    expect(record.value).toEqual(event);
    expect(record.value).toEqual(event);
    expect(used).toEqual({ decode: 1, writeJson: 0 });
  });

  it('writes itself as JSON without decoding', () => {
    const { used, counting } = countingSchema();
    const out = new ByteWriter();
    new LazyRecord(raw(7, 'a'), counting, contract, 3).writeJson(out);
    expect(JSON.parse(out.written().toString())).toEqual({ id: 'a' });
    expect(used.decode).toBe(0);
  });

  it('takes its id from the header, else from its place', () => {
    const id = (headers: KafkaRecord['headers']) =>
      new LazyRecord(kafkaRecord({ ...raw(7, 'a'), headers }), schemaOf(), contract, 3).id;
    expect(id({ 'sluice-id': Buffer.from('tweet-1') })).toBe('tweet-1');
    expect(id({ 'sluice-id': [Buffer.from('old'), Buffer.from('new')] })).toBe('new');
    expect(id({ id: Buffer.from('of another system') })).toMatch(new RegExp(`^${contract.topic}-3-7-[0-9a-f]{8}$`));
  });

  it.each([
    ['plain', Buffer.from('tweet-1')],
    ['to be escaped', Buffer.from('a"b\\c\nd')],
    ['of other scripts', Buffer.from('é𝄞')],
    ['no text', Buffer.from([0, 0, 0, 0, 0, 0, 0, 0x80])],
    ['like an encoded one', Buffer.from('~base64url:AAAA')],
    ['long', Buffer.alloc(513, 'x')],
  ])('writes an id that is %s as the JSON string of its text', (_, header) => {
    const record = new LazyRecord(
      kafkaRecord({ ...raw(7, 'a'), headers: { 'sluice-id': header } }),
      schemaOf(),
      contract,
      3,
    );
    const out = new ByteWriter();
    record.writeId(out);
    expect(JSON.parse(out.written().toString())).toBe(record.id);
  });

  it('says why its bytes cannot be read', () => {
    const cut = raw(7, 'a', '{"id"');
    const reads = [
      (record: LazyRecord<unknown>) => void record.value,
      (record: LazyRecord<unknown>) => record.writeJson(new ByteWriter()),
    ];
    for (const read of reads) {
      const record = new LazyRecord(cut, schemaOf(), contract, 3);
      expect(() => read(record)).toThrow(MalformedAvro);
      expect(() => read(record)).toThrow(/^the bytes do not fit schema 1: ./);
    }
  });
});
