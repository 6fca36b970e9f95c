import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ByteWriter, MalformedAvro, type AvroField, type AvroRecord, type AvroSchema } from '@sluice/avro';
import { createCodec } from './codec.ts';
import { UnreadableRecord } from './unreadable-record.ts';
import { eventContract, subjectName } from '@sluice/contracts';
import { concat, long, text } from '@sluice/avro/testing';
import { shipLogSchema, type ShipLog } from '@sluice/contracts/testing';

const url = process.env['SCHEMA_REGISTRY_URL'] ?? 'http://no-registry.invalid';
const codec = (options: { maxSchemas?: number } = {}) => createCodec({ url, ...options });
const newTopic = () => `ship-logs-${randomUUID()}`;

const log: ShipLog = { ship: 'Argo', time: new Date('2026-03-05T15:30:00.123Z'), knots: 7.5 };
const contractOf = (topic: string, fields: readonly AvroField[] = []) =>
  eventContract<ShipLog>(shipLogSchema({ topic }, fields));

async function call(method: string, path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(url + path, {
    method,
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify(body),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
  return JSON.parse(answer) as Record<string, unknown>;
}

/** Registers as any other writer would, and gives the id. */
async function register(subject: string, schema: object | string, more: object = {}): Promise<number> {
  const { id } = await call('POST', `/subjects/${subject}/versions`, { schema: JSON.stringify(schema), ...more });
  return Number(id);
}

function kafkaValue(id: number, body: Uint8Array = Buffer.alloc(0)): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(id, 1);
  return Buffer.concat([prefix, body]);
}

const logBytes = concat(text('Argo'), long(log.time.getTime()), Buffer.from(new Float64Array([7.5]).buffer));

afterEach(() => vi.restoreAllMocks());

describe('an encoder and the schema it registers', () => {
  it('carry an event through Kafka and back', async () => {
    const contract = contractOf(newTopic());
    const { schemaId, encode } = await codec().encoder(contract);
    const value = encode(log);
    expect(value).toEqual(kafkaValue(schemaId, logBytes));

    const reading = codec();
    expect(reading.cachedSchema(value)).toBeUndefined();
    const schema = await reading.fetchSchema(value);
    expect(reading.cachedSchema(value)).toBe(schema);
    expect(schema.id).toBe(schemaId);
    expect(schema.avro).toMatchObject({ type: 'record', name: 'ShipLog' });
    expect(schema.decode(value.subarray(5), contract)).toEqual(log);
    const out = new ByteWriter();
    schema.writeJson(value.subarray(5), out);
    expect(out.written().toString()).toBe('{"ship":"Argo","time":"2026-03-05T15:30:00.123Z","knots":7.5}');
  });

  it('refuse an event that does not fit, naming the fields but not what is in them', async () => {
    const { encode } = await codec().encoder(contractOf(newTopic()));
    const wrong = { ship: 'Argo', time: 'secret noon', knots: 'secret haste' } as unknown as ShipLog;
    expect(() => encode(wrong)).toThrow(new TypeError('the event does not fit its contract in time, knots'));
    expect(() => encode({ ...log, time: new Date(Number.NaN) })).toThrow(
      new TypeError('the event does not fit its contract in time'),
    );
  });

  it('are the same for all who register a subject first at one moment', async () => {
    for (let round = 0; round < 5; round++) {
      const contract = contractOf(newTopic());
      const encoders = await Promise.all(Array.from({ length: 8 }, () => codec().encoder(contract)));
      expect(new Set(encoders.map(({ schemaId }) => schemaId)).size).toBe(1);
    }
  });

  it('are found again when they are registered already', async () => {
    const contract = contractOf(newTopic());
    const [first, second] = [await codec().encoder(contract), await codec().encoder(contract)];
    expect(second.schemaId).toBe(first.schemaId);
  });

  it('are found where the owner of the subject chose another compatibility', async () => {
    const contract = contractOf(newTopic());
    const id = await register(subjectName(contract.topic), contract.schema);
    await call('PUT', `/config/${subjectName(contract.topic)}`, { compatibility: 'FULL' });
    expect((await codec().encoder(contract)).schemaId).toBe(id);
  });

  it('are refused where the schema would break the readers of the old one', async () => {
    const topic = newTopic();
    await codec().encoder(contractOf(topic));
    await expect(codec().encoder(contractOf(topic, [{ name: 'crew', type: 'long' }]))).rejects.toThrow(
      `because the subject ${subjectName(topic)} has one that it breaks: crew: `,
    );
  });
});

describe('a schema that differs from the contract', () => {
  const crew: AvroField = { name: 'crew', type: ['null', 'long'], default: null };

  it('is resolved when it has a field that the contract does not know', async () => {
    const contract = contractOf(newTopic());
    const id = await register(subjectName(contract.topic), contractOf(contract.topic, [crew]).schema);
    const schema = await codec().fetchSchema(kafkaValue(id));
    expect(schema.decode(concat(logBytes, long(1), long(50)), contract)).toEqual(log);
  });

  it('is resolved when it lacks a field that has a default in the contract', async () => {
    const contract = contractOf(newTopic(), [crew]);
    const id = await register(subjectName(contract.topic), contractOf(contract.topic).schema);
    const schema = await codec().fetchSchema(kafkaValue(id));
    expect(schema.decode(Buffer.from(logBytes), contract)).toEqual({ ...log, crew: null });
  });

  it('is resolved once for all its records', async () => {
    const contract = contractOf(newTopic(), [crew]);
    const id = await register(subjectName(contract.topic), contractOf(contract.topic).schema);
    const schema = await codec().fetchSchema(kafkaValue(id));
    const compiling = vi.spyOn(globalThis, 'Function');
    schema.decode(Buffer.from(logBytes), contract);
    const once = compiling.mock.calls.length;
    for (let record = 0; record < 5; record++) schema.decode(Buffer.from(logBytes), contract);
    expect(once).toBeGreaterThan(0);
    expect(compiling).toHaveBeenCalledTimes(once);
  });

  it('is an error when it lacks what the contract must have', async () => {
    const contract = contractOf(newTopic());
    const { fields, ...rest } = contract.schema;
    const id = await register(subjectName(contract.topic), { ...rest, fields: fields.slice(0, 2) });
    const schema = await codec().fetchSchema(kafkaValue(id));
    expect(() => schema.decode(concat(text('Argo'), long(0)), contract)).toThrow();
  });

  it('may refer to other schemas, and those to others', async () => {
    const topic = newTopic();
    const unit: AvroSchema = { type: 'enum', name: 'Unit', namespace: 'geo', symbols: ['KNOT', 'KMH'] };
    const speed: AvroRecord = {
      type: 'record',
      name: 'Speed',
      namespace: 'geo',
      fields: [
        { name: 'unit', type: 'Unit' },
        { name: 'value', type: 'int' },
      ],
    };
    const reference = (name: string) => ({ name: `geo.${name}`, subject: `${topic}-${name}`, version: 1 });
    await register(`${topic}-Unit`, unit);
    await register(`${topic}-Speed`, speed, { references: [reference('Unit')] });
    const { schema } = contractOf(topic);
    const course = { ...schema, fields: [...schema.fields, { name: 'speed', type: 'geo.Speed' }] };
    const id = await register(subjectName(topic), course, { references: [reference('Speed')] });

    const found = await codec().fetchSchema(kafkaValue(id));
    const body = concat(logBytes, long(1), long(12));
    const out = new ByteWriter();
    found.writeJson(body, out);
    expect(JSON.parse(out.written().toString())).toMatchObject({ ship: 'Argo', speed: { unit: 'KMH', value: 12 } });
    const inlined = contractOf(topic, [
      { name: 'speed', type: { ...speed, fields: [{ name: 'unit', type: unit }, ...speed.fields.slice(1)] } },
    ]);
    expect(found.decode(body, inlined)).toEqual({ ...log, speed: { unit: 'KMH', value: 12 } });
  });
});

describe('a schema that refers to others', () => {
  const typeOf = (name: string, fields: readonly AvroField[]): AvroRecord => ({
    type: 'record',
    name,
    namespace: 'x',
    fields,
  });
  const shared = typeOf('Shared', [{ name: 'v', type: 'string' }]);
  const using = (name: string) => typeOf(name, [{ name: 'of', type: 'x.Shared' }]);
  const reference = (topic: string, name: string, version = 1) => ({
    name: `x.${name}`,
    subject: `${topic}-${name}`,
    version,
  });
  const withFields = (topic: string): AvroRecord => {
    const { schema } = contractOf(topic);
    const fields = ['A', 'B'].map((name) => ({ name: name.toLowerCase(), type: `x.${name}` }));
    return { ...schema, fields: [...schema.fields, ...fields] };
  };
  const body = concat(logBytes, text('one'), text('two'));

  /** A schema that refers to A and B, both of which refer to Shared: to its first version, and to the one given. */
  async function diamond(topic: string, version = 1): Promise<number> {
    await register(`${topic}-Shared`, shared);
    if (version > 1)
      await register(`${topic}-Shared`, typeOf('Shared', [...shared.fields, { name: 'w', type: 'int', default: 0 }]));
    await register(`${topic}-A`, using('A'), { references: [reference(topic, 'Shared')] });
    await register(`${topic}-B`, using('B'), { references: [reference(topic, 'Shared', version)] });
    return register(subjectName(topic), withFields(topic), {
      references: [reference(topic, 'A'), reference(topic, 'B')],
    });
  }

  it('that share one is read', async () => {
    const topic = newTopic();
    const found = await codec().fetchSchema(kafkaValue(await diamond(topic)));
    expect(found.references).toHaveLength(3);
    expect(found.decode(body, contractOf(topic))).toEqual(log);
    found.check(body);
    const out = new ByteWriter();
    found.writeJson(body, out);
    expect(JSON.parse(out.written().toString())).toMatchObject({ a: { of: { v: 'one' } }, b: { of: { v: 'two' } } });
  });

  it('that have one in two versions cannot be read, and says so', async () => {
    const id = await diamond(newTopic(), 2);
    await expect(codec().fetchSchema(kafkaValue(id))).rejects.toThrow(
      new UnreadableRecord(
        `schema ${id} and what it refers to do not go together: the type x.Shared is defined in two ways`,
      ),
    );
  });

  it('is read also where those were deleted softly, and unreadable where they are gone', async () => {
    const topic = newTopic();
    await register(`${topic}-Shared`, shared);
    // So that the subjects stay when the versions go that this is about.
    await register(`${topic}-Shared`, typeOf('Shared', [...shared.fields, { name: 'w', type: 'int', default: 0 }]));
    const { schema } = contractOf(topic);
    await register(subjectName(topic), schema);
    const id = await register(
      subjectName(topic),
      { ...schema, fields: [...schema.fields, { name: 'more', type: ['null', 'x.Shared'], default: null }] },
      { references: [reference(topic, 'Shared')] },
    );
    const remove = async (path: string) =>
      expect((await fetch(`${url}/subjects/${path}`, { method: 'DELETE' })).status, path).toBe(200);
    await remove(`${subjectName(topic)}/versions/2`);
    await remove(`${topic}-Shared/versions/1`);
    const found = await codec().fetchSchema(kafkaValue(id));
    expect(found.decode(concat(logBytes, long(1), text('x')), contractOf(topic))).toEqual(log);

    // This registry then denies the schema itself.
    await remove(`${topic}-Shared/versions/1?permanent=true`);
    await expect(codec().fetchSchema(kafkaValue(id))).rejects.toThrow(UnreadableRecord);
  });

  it('is unreadable where the registry keeps it, and not what it refers to; another 404 is an outage', async () => {
    let gone: object | string = { error_code: 40402, message: 'Version 3 not found.' };
    const registry = http.createServer((request, response) => {
      const isSchema = request.url?.startsWith('/schemas/ids/7') === true;
      response.writeHead(isSchema ? 200 : 404, { 'content-type': 'application/json' });
      const found = { schema: '"x.Lost"', references: [{ name: 'x.Lost', subject: 'lost/one', version: 3 }] };
      response.end(JSON.stringify(isSchema ? found : gone));
    });
    await once(registry.listen(0, '127.0.0.1'), 'listening');
    try {
      const { port } = registry.address() as AddressInfo;
      const fetching = () => createCodec({ url: `http://127.0.0.1:${port}` }).fetchSchema(kafkaValue(7));
      await expect(fetching()).rejects.toThrow(
        new UnreadableRecord(
          'schema 7 refers to x.Lost, version 3 of the subject lost/one, which the registry no longer has',
        ),
      );
      gone = 'a proxy';
      await expect(fetching()).rejects.not.toBeInstanceOf(UnreadableRecord);
    } finally {
      registry.close();
      registry.closeAllConnections();
    }
  });
});

describe('bytes that do not fit their schema', () => {
  it('are refused before any memory is spent on what they claim', async () => {
    const contract = contractOf(newTopic(), [
      { name: 'crew', type: { type: 'array', items: 'string' }, default: [] },
      { name: 'gaps', type: { type: 'array', items: 'null' }, default: [] },
    ]);
    const { schemaId } = await codec().encoder(contract);
    const schema = await codec().fetchSchema(kafkaValue(schemaId));
    const rest = [long(0), long(0)];
    expect(schema.decode(concat(logBytes, ...rest), contract)).toEqual({ ...log, crew: [], gaps: [] });
    for (const body of [
      Buffer.alloc(0),
      logBytes,
      concat(logBytes, long(2 ** 40)),
      concat(logBytes, long(0), long(2 ** 40), long(0)),
      concat(logBytes, ...rest, long(0)),
    ])
      expect(() => schema.decode(Buffer.from(body), contract)).toThrow(MalformedAvro);
  });
});

describe('a value that never can be read', () => {
  it.each([
    ['empty', Buffer.alloc(0)],
    ['too short', Buffer.of(0, 0, 0, 1)],
    ['JSON', Buffer.from('{"ship":"Argo"}')],
  ])('is unreadable: %s', async (_, value) => {
    const reading = codec();
    expect(reading.cachedSchema(value)).toBeUndefined();
    await expect(reading.fetchSchema(value)).rejects.toThrow(
      new UnreadableRecord('the value does not begin with a registry schema id'),
    );
  });

  it('is unreadable when the registry says that it has no such schema', async () => {
    await expect(codec().fetchSchema(kafkaValue(2_000_000_000))).rejects.toThrow(
      new UnreadableRecord('the registry has no schema with id 2000000000'),
    );
  });

  it('is unreadable when its schema is Protobuf', async () => {
    const schema = 'syntax = "proto3"; message Order { string id = 1; }';
    const { id } = await call('POST', `/subjects/${newTopic()}/versions`, { schema, schemaType: 'PROTOBUF' });
    await expect(codec().fetchSchema(kafkaValue(Number(id)))).rejects.toThrow(
      new UnreadableRecord(`schema ${String(id)} is PROTOBUF, not Avro`),
    );
  });

  it('is unreadable under a contract when its schema is JSON', async () => {
    const jsonSchema = { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' };
    const id = await register(newTopic(), jsonSchema, { schemaType: 'JSON' });
    const schema = await codec().fetchSchema(kafkaValue(id));
    const reason = `schema ${id} is JSON, not Avro`;
    const contract = contractOf(newTopic());
    expect(() => schema.decode(Buffer.from('{}'), contract)).toThrow(new MalformedAvro(reason));
    expect(() => schema.writeJson(Buffer.from('{}'), new ByteWriter(), contract)).toThrow(new MalformedAvro(reason));
    expect(() => schema.check(Buffer.from('{}'))).toThrow(new MalformedAvro(reason));
  });
});

describe('an outage of the registry', () => {
  const failure = (fetching: Promise<unknown>) =>
    fetching.then(
      () => undefined,
      (error: unknown) => error,
    );

  it('is no fault of the record, and is over when the registry answers', async () => {
    const { schema, topic } = contractOf(newTopic());
    const value = kafkaValue(await register(subjectName(topic), schema));
    const registry = new URL(url);
    const forwarder = createServer((socket) => {
      const onward = connect(Number(registry.port), registry.hostname);
      socket.pipe(onward).pipe(socket);
      for (const end of [socket, onward]) end.on('error', () => socket.destroy());
    });
    forwarder.listen(0, '127.0.0.1');
    await once(forwarder, 'listening');
    const { port } = forwarder.address() as AddressInfo;
    forwarder.close();
    await once(forwarder, 'close');

    const reading = createCodec({ url: `http://127.0.0.1:${port}${registry.pathname}` });
    const error = await failure(reading.fetchSchema(value));
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(UnreadableRecord);

    forwarder.listen(port, '127.0.0.1');
    await once(forwarder, 'listening');
    expect((await reading.fetchSchema(value)).avro).toMatchObject({ name: 'ShipLog' });
    forwarder.close();
  });

  it('is no fault of the record where something else than the registry answers 404', async () => {
    const error = await failure(createCodec({ url: `${url}/wrong-path` }).fetchSchema(kafkaValue(2_000_000_000)));
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(UnreadableRecord);
  });
});

describe('the cache of schemas', () => {
  const registered = async () => {
    const contract = contractOf(newTopic(), [
      { name: `f${Math.random()}`.replace('.', ''), type: 'null', default: null },
    ]);
    return kafkaValue(await register(subjectName(contract.topic), contract.schema));
  };

  it('keeps no more than its bound, those fetched last', async () => {
    const reading = codec({ maxSchemas: 2 });
    const values = [await registered(), await registered(), await registered()];
    for (const value of values) await reading.fetchSchema(value);
    expect(values.map((value) => reading.cachedSchema(value)?.id)).toEqual([
      undefined,
      values[1]?.readUInt32BE(1),
      values[2]?.readUInt32BE(1),
    ]);
    const [first = Buffer.alloc(0)] = values;
    expect((await reading.fetchSchema(first)).id).toBe(first.readUInt32BE(1));
    expect(values.filter((value) => reading.cachedSchema(value) !== undefined)).toHaveLength(2);
  });

  it('asks once for a schema that many records wait for', async () => {
    const reading = codec();
    const value = await registered();
    const found = await Promise.all(Array.from({ length: 10 }, () => reading.fetchSchema(value)));
    expect(new Set(found).size).toBe(1);
  });
});
