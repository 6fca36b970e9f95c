import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { prepareIndices } from '@sluice/document-sink';
import { aliasName, indexName, withSchema, type EventContract } from '@sluice/contracts';
import { elasticsearchSink } from '../elasticsearch-sink.ts';
import { elasticsearchCluster } from '../client/elasticsearch-cluster.ts';
import { removeIndices, server, silent, testConfig, testContract, testRecord, write } from '../testing/test-sink.ts';

const client = server();
const signal = new AbortController().signal;
const settings = { shards: 2, replicas: 0, refreshIntervalMs: 5_000 };
const time = '2026-01-02T03:04:05.000Z';
const used: EventContract[] = [];

/** The same event with other fields: what a newer version of its contract says. */
function contractWith(fields: readonly object[], like?: EventContract): EventContract {
  const contract = testContract({ fields, ...(like && { topic: like.topic }) });
  if (like === undefined) used.push(contract);
  return contract;
}

const prepare = (contract: EventContract, logger = silent) =>
  prepareIndices(elasticsearchCluster(client), contract, { settings }, { logger, signal });

/** Has an index made as the template says. */
async function index(contract: EventContract, at = time): Promise<string> {
  const sink = elasticsearchSink(testConfig(), [contract], silent);
  await write(sink, contract, [testRecord('a', at, { n: 1 })]);
  await sink.close();
  return indexName(contract)(new Date(at).getTime());
}

async function typesOf(name: string): Promise<Record<string, string | undefined>> {
  const { [name]: found } = await client.indices.getMapping({ index: name });
  return Object.fromEntries(
    Object.entries(found?.mappings.properties ?? {}).map(([field, mapping]) => [field, mapping.type]),
  );
}

const long = { name: 'n', type: 'long' };
const text = { name: 'n', type: 'string' };
const extra = { name: 'extra', type: 'boolean' };

describe('open', () => {
  afterEach(() => vi.restoreAllMocks());
  afterAll(async () => {
    for (const contract of used) await removeIndices(client, contract);
    await client.close();
  });

  it('puts the template, so that a new index has the settings, the mapping and the alias; as often as it is called', async () => {
    const contract = contractWith([long]);
    await prepare(contract);
    await prepare(contract);
    const name = await index(contract);
    await prepare(contract);
    const { [name]: made } = await client.indices.get({ index: name });
    expect(made?.settings?.index).toMatchObject({
      number_of_shards: '2',
      number_of_replicas: '0',
      refresh_interval: '5000ms',
    });
    expect(Object.keys(made?.aliases ?? {})).toEqual([aliasName(contract)]);
    expect(made?.mappings).toMatchObject({ dynamic: 'false' });
    expect(await typesOf(name)).toEqual({ time: 'date', n: 'long' });
  });

  it('names the fields that documents have under other names', async () => {
    const contract = contractWith([{ name: '_id', type: 'long' }, long]);
    const info = vi.spyOn(silent, 'info');
    const sink = elasticsearchSink(testConfig(), [contract], silent);
    await sink.open(signal);
    await sink.close();
    expect(info.mock.calls).toEqual([
      [
        { topic: contract.topic, fields: { _id: 'field_id' } },
        'fields have other names in documents, as Elasticsearch reserves their own',
      ],
    ]);
  });

  it('teaches the indices that exist the fields of a newer contract', async () => {
    const contract = contractWith([long]);
    await prepare(contract);
    const name = await index(contract);
    await prepare(contractWith([long, extra], contract));
    expect(await typesOf(name)).toEqual({ time: 'date', n: 'long', extra: 'boolean' });
  });

  it('keeps the fields and wider numbers that were learned of a newer producer, when a process comes that has not met it', async () => {
    const inner = (...fields: object[]) => ({ name: 'inner', type: { type: 'record', name: 'Inner', fields } });
    const contract = contractWith([{ name: 'n', type: 'int' }, inner({ name: 'a', type: 'string' })]);
    await prepare(contract);
    const old = await index(contract);
    const newer = contractWith(
      [{ ...long }, inner({ name: 'a', type: 'string' }, { name: 'b', type: 'int' }), extra],
      contract,
    );
    await prepare(withSchema(contract, { schema: newer.schema }));
    await prepare(contract);
    const recent = await index(contract, '2026-01-03T03:04:05.000Z');
    expect(await typesOf(old)).toMatchObject({ n: 'integer', extra: 'boolean' });
    expect(await typesOf(recent)).toMatchObject({ n: 'long', extra: 'boolean' });
    for (const name of [old, recent]) {
      const { [name]: found } = await client.indices.getMapping({ index: name });
      expect(found?.mappings.properties?.['inner']).toMatchObject({ properties: { b: { type: 'integer' } } });
    }
  });

  it('leaves a field alone that has another type, says so, and teaches the other fields, other indices and those to come', async () => {
    const contract = contractWith([long]);
    await prepare(contract);
    const old = await index(contract);
    const changed = contractWith([text], contract);
    const warn = vi.spyOn(silent, 'warn');
    await prepare(changed);
    const middle = await index(changed, '2026-01-03T03:04:05.000Z');
    await prepare(contractWith([text, extra], contract));
    const recent = await index(changed, '2026-01-04T03:04:05.000Z');

    expect(await typesOf(old)).toEqual({ time: 'date', n: 'long', extra: 'boolean' });
    expect(await typesOf(middle)).toEqual({ time: 'date', n: 'keyword', extra: 'boolean' });
    expect(await typesOf(recent)).toEqual({ time: 'date', n: 'keyword', extra: 'boolean' });
    expect(warn).toHaveBeenCalledTimes(2);
    expect(warn).toHaveBeenLastCalledWith(
      {
        topic: contract.topic,
        indices: 1,
        reason: expect.stringMatching(/^illegal_argument_exception \(400\): mapper \[n\] cannot be changed from type/),
      },
      'fields of existing indices keep their types; the next index follows the contract',
    );
  });

  it('takes an index under the alias that was made before the template', async () => {
    const contract = contractWith([long]);
    const name = `${contract.topic}-20260102`;
    await client.indices.create({ index: name });
    await prepare(contract);
    const { [name]: made } = await client.indices.getAlias({ index: name });
    expect(Object.keys(made?.aliases ?? {})).toEqual([contract.topic]);
  });

  it('passes over closed indices until they are open again', async () => {
    const contract = contractWith([long]);
    const name = `${contract.topic}-20260102`;
    const aliases = async () => {
      const { [name]: made } = await client.indices.getAlias({ index: name, expand_wildcards: 'all' });
      return Object.keys(made?.aliases ?? {});
    };
    await client.indices.create({ index: name });
    await client.indices.close({ index: name });
    await prepare(contract);
    expect(await aliases()).toEqual([]);
    await client.indices.open({ index: name });
    await prepare(contract);
    expect(await aliases()).toEqual([contract.topic]);
    expect(await typesOf(name)).toEqual({ time: 'date', n: 'long' });
  });

  it('fails in one line that says what is in the way, and succeeds once it is gone', async () => {
    const contract = contractWith([long]);
    await client.indices.create({ index: contract.topic });
    await expect(prepare(contract)).rejects.toThrow(
      new RegExp(
        `^Elasticsearch refuses ${contract.topic}-\\*: illegal_argument_exception \\(400\\): [^\\n]*: Invalid alias name \\[${contract.topic}\\][^\\n]*$`,
      ),
    );
    await client.indices.delete({ index: contract.topic });
    await prepare(contract);
  });
});
