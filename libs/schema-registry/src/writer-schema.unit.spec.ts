import { describe, expect, it } from 'vitest';
import { ByteWriter, MalformedAvro } from '@sluice/avro';
import { iotReading, eventContract } from '@sluice/contracts';
import { concat, long, text, int } from '@sluice/avro/testing';
import { shipLogSchema, type ShipLog } from '@sluice/contracts/testing';
import { encodeEvent, eventType, prefixBytes } from './encode-event.ts';
import { writerSchema } from './writer-schema.ts';

const double = (value: number) => Buffer.from(new Float64Array([value]).buffer);
const contract = eventContract<ShipLog>(
  shipLogSchema({}, [{ name: 'flag', type: 'string', aliases: ['ensign'], default: 'none' }]),
);
const schemaOf = (fields: Parameters<typeof shipLogSchema>[1]) =>
  writerSchema(7, { schema: shipLogSchema({}, fields), references: [] });

/** A Kafka value: five bytes before the body. */
const value = (...fields: Uint8Array[]) =>
  concat(Buffer.of(0, 0, 0, 0, 7), text('Argo'), long(0), double(1.5), ...fields);
const argo = '{"ship":"Argo","time":"1970-01-01T00:00:00.000Z","knots":1.5';

describe('the schema of a record', () => {
  it("writes its JSON from where the body begins, in the writer's form and in the contract's", () => {
    const schema = schemaOf([{ name: 'crew', type: 'int' }]);
    const out = new ByteWriter(1);
    const avro = value(long(9));
    // Forms take turns: what was used last must not be taken for the other.
    for (let turn = 0; turn < 2; turn++) {
      schema.writeJson(avro, out, undefined, 5);
      schema.writeJson(avro, out, contract, 5);
      schema.writeJson(avro, out, contract, 5);
      schema.writeJson(avro.subarray(5), out);
    }
    const [own, resolved] = [`${argo},"crew":9}`, `${argo},"crew":9,"flag":"none"}`];
    expect(out.written().toString()).toBe(`${own}${resolved}${resolved}${own}`.repeat(2));
  });

  it('refuses a body that begins past the end', () => {
    for (const from of [4, 6, 1000])
      expect(() => schemaOf([]).writeJson(value(), new ByteWriter(), contract, from)).toThrow(MalformedAvro);
  });

  it('names the fields that the contract does not know', () => {
    expect(schemaOf([]).unknownFields(contract)).toEqual([]);
    expect(
      schemaOf([
        { name: 'crew', type: 'int' },
        { name: 'ensign', type: 'string' },
        { name: 'cargo', type: 'int' },
      ]).unknownFields(contract),
    ).toEqual(['crew', 'cargo']);
  });

  it('counts an alias as unknown beside the field itself', () => {
    const schema = schemaOf([
      { name: 'ensign', type: 'string' },
      { name: 'flag', type: 'string' },
    ]);
    expect(schema.unknownFields(contract)).toEqual(['ensign']);
    const out = new ByteWriter();
    schema.writeJson(value(text('old'), text('new')), out, contract, 5);
    expect(out.written().toString()).toBe(`${argo},"ensign":"old","flag":"new"}`);
  });

  it('of no record has no fields to be unknown', () => {
    const schema = writerSchema(7, { schema: ['null', 'int'], references: [] });
    expect(schema.unknownFields(contract)).toEqual([]);
  });

  it('checks bytes also against the contract: what a reader refuses, nobody copies', () => {
    const avro = value().subarray(5);
    const written = shipLogSchema({}, []);
    for (const lacking of ['ship', 'time', 'knots']) {
      const fields = written.fields.map((field) => (field.name === lacking ? { ...field, name: 'other' } : field));
      const schema = writerSchema(7, { schema: { ...written, fields }, references: [] });
      expect(() => schema.check(avro)).not.toThrow();
      expect(() => schema.check(avro, 0, avro.length, contract)).toThrow(lacking);
    }
    for (let turn = 0; turn < 2; turn++)
      expect(() => schemaOf([]).check(value(), 5, undefined, contract)).not.toThrow();
    const own = writerSchema(7, { schema: structuredClone(contract.schema), references: [] });
    expect(() => own.check(value(text('x')), 5, undefined, contract)).not.toThrow();
  });
});

describe('records of contracts', () => {
  it('are decoded though a newer writer has a field of any name', () => {
    const event = {
      uuid: 'u',
      device_ts: '',
      device_id: 'd',
      device_temp: '',
      track_id: '',
      activity_type: '',
      received: new Date(0),
    };
    for (const name of ['constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty', 'then', 'length']) {
      const fields = [...iotReading.schema.fields, int(name)];
      const schema = writerSchema(1, { schema: { ...iotReading.schema, fields }, references: [] });
      const body = concat(encodeEvent(eventType(iotReading.schema), 1, event).subarray(prefixBytes), long(1));
      expect(schema.decode(body, iotReading), name).toEqual(event);
    }
  });
});
