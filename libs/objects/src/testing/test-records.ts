import avsc from 'avsc';
import { compileFit, compileTranscoder, type AvroRecord, type AvroSchema, type Transcoder } from '@sluice/avro';
import { eventContract, jsonRules, type EventContract } from '@sluice/contracts';
import type { WriterSchema } from '@sluice/schema-registry';
import type { SinkRecord } from '@sluice/sink';

const time = { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } };

/** A contract with a time and these fields. */
export function testContract(
  fields: readonly object[] = [{ name: 'text', type: 'string' }],
  { topic = 'ship-logs', name = 'ShipLog' }: { topic?: string; name?: string } = {},
): EventContract {
  const schema = { type: 'record', name, fields: [time, ...fields], sluice: { topic, time: 'time' } };
  return eventContract(schema as unknown as AvroRecord);
}

/** The schema that records are written with, as the registry would give it. */
export function testSchema(id: number, avro: AvroSchema, references: readonly AvroSchema[] = []): WriterSchema {
  const fit = compileFit(avro, references);
  const transcoders = new Map<EventContract | undefined, Transcoder>();
  const transcoder = (contract: EventContract | undefined): Transcoder => {
    const known =
      transcoders.get(contract) ?? compileTranscoder(avro, references, contract?.schema, jsonRules('document'));
    transcoders.set(contract, known);
    return known;
  };
  return {
    id,
    avro,
    references,
    check: (body, from, to) => fit(body, from, to),
    prefixBytes: 5,
    unknownFields: () => [],
    decode: () => undefined,
    writeJson: (bytes, out, contract, from, to) => transcoder(contract)(bytes, out, from, to),
  };
}

/** A record of a contract at a place and a time; `body` instead of the event where its bytes are to be broken. */
export function testRecord(options: {
  contract: EventContract;
  offset: number | bigint;
  timeMs?: number;
  event?: object;
  body?: Buffer;
  schema?: WriterSchema;
  key?: Buffer | null;
}): SinkRecord {
  const { contract, offset, timeMs = Date.UTC(2026, 2, 5), event = {}, key = null } = options;
  const schema = options.schema ?? ownSchema(contract);
  const avro = options.body ?? encode(schema.avro, { time: timeMs, ...event });
  return {
    id: String(offset),
    writeId: (out) => out.text(JSON.stringify(String(offset))),
    offset: BigInt(offset),
    timestamp: new Date(timeMs),
    timestampMs: timeMs,
    key,
    headers: {},
    value: event,
    writeJson: (out) => schema.writeJson(avro, out, contract),
    avro,
    writeAvro(out) {
      schema.check(avro);
      out.bytes(avro);
    },
    schema,
  };
}

const ownSchemas = new Map<EventContract, WriterSchema>();

function ownSchema(contract: EventContract): WriterSchema {
  const known = ownSchemas.get(contract) ?? testSchema(1, contract.schema);
  ownSchemas.set(contract, known);
  return known;
}

const types = new Map<AvroSchema, avsc.Type>();

function encode(schema: AvroSchema, event: object): Buffer {
  let type = types.get(schema);
  if (type === undefined) types.set(schema, (type = avsc.Type.forSchema(structuredClone(schema) as avsc.Schema)));
  return type.toBuffer(event);
}
