import { randomUUID } from 'node:crypto';
import { contracts, eventContract, templateName, type ContractField, type EventContract } from '@sluice/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { indexTemplate } from './index-template.ts';

const url = process.env['ELASTICSEARCH_URL'] ?? 'http://no-elasticsearch.invalid';

/** Sends a request; a refusal is an error that holds the answer. */
async function call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
  return JSON.parse(answer) as Record<string, unknown>;
}

const settings = { shards: 1, replicas: 0, refreshIntervalMs: 1000 };
const run = `ship-logs-${randomUUID()}`;
const made = { templates: new Set<string>(), indices: new Set<string>() };

/** Puts the template of a contract, and gives the name of an index that it applies to. */
async function prepare(contract: EventContract): Promise<string> {
  made.templates.add(templateName(contract));
  await call('PUT', `/_index_template/${templateName(contract)}`, indexTemplate(contract, settings));
  const index = `${contract.topic}-all`;
  made.indices.add(index);
  return index;
}

afterAll(async () => {
  for (const index of made.indices) await call('DELETE', `/${index}?ignore_unavailable=true`);
  for (const template of made.templates) await call('DELETE', `/_index_template/${template}`);
});

const contractOf = (topic: string, fields: readonly ContractField[] = []) =>
  eventContract({
    type: 'record',
    name: 'ShipLog',
    namespace: 'sluice.test',
    sluice: { topic, time: 'time' },
    fields: [{ name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } }, ...fields],
  });

async function found(index: string, query: object): Promise<unknown[]> {
  const { hits } = (await call('POST', `/${index}/_search`, { query })) as { hits: { hits: { _id: string }[] } };
  return hits.hits.map(({ _id }) => _id).sort();
}

describe('Elasticsearch', () => {
  it.each(contracts.map((contract) => [contract.topic, contract] as const))(
    'takes the template of %s',
    async (_, contract) => {
      const copy = { ...contract, topic: `${run}-of-${contract.topic}` };
      const index = await prepare(copy);
      await call('PUT', `/${index}/_doc/1?refresh=true`, { [contract.time]: '2026-03-05T15:30:00.000Z' });
      expect(await found(copy.topic, { range: { [contract.time]: { gte: '2026-03-05', lt: '2026-03-06' } } })).toEqual([
        '1',
      ]);
    },
  );

  it('takes both templates where one event is named with the beginning of the other, and applies the right one', async () => {
    const plain = contractOf(`${run}-x`);
    const enriched = contractOf(`${run}-x-enriched`, [{ name: 'weather', type: 'string' }]);
    await prepare(plain);
    const index = await prepare(enriched);
    await call('PUT', `/${index}/_doc/1?refresh=true`, { time: 1, weather: 'fair' });
    expect(await found(enriched.topic, { term: { weather: 'fair' } })).toEqual(['1']);
    await expect(call('GET', `/${plain.topic}/_search`)).rejects.toThrow('404');
  });
});

describe('a document in the form of the transcoder', async () => {
  const logical = (type: string, logicalType: string, more: object = {}) => ({ type, logicalType, ...more });
  const fixed = (name: string, size: number, more: object = {}) => ({ type: 'fixed', name, size, ...more }) as const;
  const deep = (depth: number): unknown => (depth === 0 ? 'x' : { a: deep(depth - 1) });
  /** Each field with its type, a value, another, and a query that finds the first value alone. */
  const cases: [ContractField, unknown, unknown, object?][] = [
    [{ name: 'boolean', type: 'boolean' }, true, false, { term: { boolean: true } }],
    [{ name: 'int', type: 'int' }, -2_147_483_648, 1, { range: { int: { lt: 0 } } }],
    [{ name: 'long', type: 'long' }, Number.MAX_SAFE_INTEGER, 1, { term: { long: '9007199254740991' } }],
    [{ name: 'float', type: 'float' }, 0.5, null, { term: { float: 0.5 } }],
    [{ name: 'double', type: ['null', 'double'] }, 1e300, null, { range: { double: { gt: 1e299 } } }],
    [{ name: 'bytes', type: 'bytes' }, 'AP8+', ''],
    [{ name: 'fixed', type: fixed('F', 2) }, 'AQI=', 'AQI='],
    [{ name: 'keyword', type: 'string' }, 'Argo Navis', 'x'.repeat(40_000), { term: { keyword: 'Argo Navis' } }],
    [
      { name: 'text', type: 'string', sluice: { search: 'text' } },
      'The wind turns',
      '語'.repeat(40_000),
      { match: { text: 'WIND' } },
    ],
    [
      { name: 'held', type: logical('string', 'json') },
      { id: 1, nested: [{ 'dotted.key': 'Tiphys' }], empty: {} },
      // Deeper than Elasticsearch's default, too long for a term, and no word to be found.
      { deep: deep(60), long: '語'.repeat(30_000), ['k'.repeat(5000)]: '語'.repeat(1024), id: 2 },
      { term: { 'held.nested.dotted.key': 'Tiphys' } },
    ],
    [{ name: 'none', type: 'string', sluice: { search: 'none' } }, 'unsearchable', 'x'.repeat(40_000)],
    [{ name: 'enum', type: { type: 'enum', name: 'E', symbols: ['A', 'B'] } }, 'A', 'B', { term: { enum: 'A' } }],
    [{ name: 'array', type: { type: 'array', items: 'int' } }, [1, 2], [], { term: { array: 2 } }],
    [
      { name: 'map', type: { type: 'map', values: 'string' } },
      { mate: 'Tiphys', 'dotted.key': 'x' },
      { cook: 'Tiphys', captain: '' },
      { term: { 'map.mate': 'Tiphys' } },
    ],
    [{ name: 'mixed', type: ['null', 'string', 'int'] }, 'text', 5],
    [{ name: 'mixed_array', type: { type: 'array', items: ['int', 'string'] } }, [1, 'a'], []],
    [{ name: 'nothing', type: 'null' }, null, null],
    [
      { name: 'object', type: { type: 'record', name: 'O', fields: [{ name: 'inner', type: 'int' }] } },
      { inner: 3 },
      { inner: 4 },
      { term: { 'object.inner': 3 } },
    ],
    [
      {
        name: 'nested',
        sluice: { nested: true },
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'N',
            fields: [
              { name: 'name', type: 'string' },
              { name: 'count', type: 'int' },
            ],
          },
        },
      },
      [
        { name: 'oar', count: 1 },
        { name: 'sail', count: 2 },
      ],
      // Both words, but never in one element.
      [
        { name: 'oar', count: 2 },
        { name: 'sail', count: 1 },
      ],
      {
        nested: {
          path: 'nested',
          query: { bool: { must: [{ term: { 'nested.name': 'oar' } }, { term: { 'nested.count': 1 } }] } },
        },
      },
    ],
    [
      {
        name: 'recursive',
        type: {
          type: 'record',
          name: 'Rec',
          fields: [
            { name: 'again', type: ['null', 'Rec'] },
            { name: 'n', type: 'int' },
          ],
        },
      },
      { again: { again: null, n: 2 }, n: 1 },
      { again: null, n: 3 },
      { term: { 'recursive.n': 1 } },
    ],
    [
      { name: 'millis', type: logical('long', 'timestamp-millis') },
      '2026-03-05T15:30:00.123Z',
      '0000-01-01T00:00:00.000Z',
      { range: { millis: { gte: '2026-03-05T15:30:00.123Z' } } },
    ],
    [
      { name: 'local_millis', type: logical('long', 'local-timestamp-millis') },
      '2026-03-05T15:30:00.123',
      '9999-12-31T23:59:59.999',
      { range: { local_millis: { lt: '2027' } } },
    ],
    [
      { name: 'micros', type: logical('long', 'timestamp-micros') },
      '2026-03-05T15:30:00.000002Z',
      '2026-03-05T15:30:00.000001Z',
      { range: { micros: { gt: '2026-03-05T15:30:00.000001Z' } } },
    ],
    [
      { name: 'nanos', type: logical('long', 'timestamp-nanos') },
      '2026-03-05T15:30:00.000000002Z',
      '2026-03-05T15:30:00.000000001Z',
      { range: { nanos: { gt: '2026-03-05T15:30:00.000000001Z' } } },
    ],
    [
      { name: 'local_nanos', type: logical('long', 'local-timestamp-nanos') },
      '2026-03-05T15:30:00.000000002',
      '2026-03-05T15:30:00.000000001',
      { range: { local_nanos: { gt: '2026-03-05T15:30:00.000000001' } } },
    ],
    [
      { name: 'date', type: logical('int', 'date') },
      '2026-03-05',
      '1969-12-31',
      { range: { date: { gt: '2000-01-01' } } },
    ],
    [
      { name: 'time', type: logical('long', 'timestamp-millis') },
      253_402_300_800_000,
      0,
      { range: { time: { gt: 1 } } },
    ],
    [
      { name: 'time_millis', type: logical('int', 'time-millis') },
      '15:30:00.000',
      -1,
      { term: { time_millis: '15:30:00.000' } },
    ],
    [
      { name: 'decimal', type: logical('bytes', 'decimal', { precision: 6, scale: 2 }) },
      '-12.50',
      '12.50',
      { range: { decimal: { lt: 0 } } },
    ],
    [
      { name: 'uuid', type: fixed('U', 16, { logicalType: 'uuid' }) },
      '00112233-4455-6677-8899-aabbccddeeff',
      '00112233-4455-6677-8899-aabbccddee00',
      { term: { uuid: '00112233-4455-6677-8899-aabbccddeeff' } },
    ],
    [
      { name: 'duration', type: fixed('D', 12, { logicalType: 'duration' }) },
      'P1M2DT3.004S',
      'P0M0DT0.000S',
      { term: { duration: 'P1M2DT3.004S' } },
    ],
  ];
  const contract = contractOf(
    `${run}-all-types`,
    cases.map(([field]) => field).filter(({ name }) => name !== 'time'),
  );
  const document = (which: 1 | 2) => Object.fromEntries(cases.map((one) => [one[0].name, one[which]]));

  const index = await prepare(contract);
  await call('PUT', `/${index}/_doc/first`, { ...document(1), from_a_newer_contract: { any: 'thing' } });
  await call('PUT', `/${index}/_doc/second?refresh=true`, document(2));

  it('is kept as it is', async () => {
    expect(await call('GET', `/${index}/_doc/second`)).toMatchObject({ _source: document(2) });
  });

  it.each(cases.flatMap(([{ name }, , , query]) => (query === undefined ? [] : [[name, query] as const])))(
    'is found by its %s',
    async (_, query) => {
      expect(await found(index, query)).toEqual(['first']);
    },
  );

  it('is found by no field that the contract does not have, and those do not grow the mapping', async () => {
    expect(await found(index, { exists: { field: 'from_a_newer_contract.any' } })).toEqual([]);
    const answer = (await call('GET', `/${index}/_mapping`)) as Record<string, { mappings: { properties: object } }>;
    expect(Object.keys(answer[index]?.mappings.properties ?? {}).sort()).toEqual(
      ['_sluice', ...contract.schema.fields.map(({ name }) => name)].sort(),
    );
  });

  it('is searched under the alias of the event', async () => {
    expect(await found(contract.topic, { match_all: {} })).toEqual(['first', 'second']);
  });
});

describe('a text', async () => {
  const contract = contractOf(`${run}-texts`, [
    { name: 'text', type: 'string', sluice: { search: 'text', copies: ['english', 'exact'] } },
  ]);
  const texts = {
    korean: '우리 아이돌이 새 앨범을 냈다! 부동산시장은 조용하다',
    japanese: '東京ゲームショウで新作ゲームを遊んだ。ﾃﾞｰﾀも公開',
    english: 'The games I was playing at IT school: #BTS_ARMY, #BTS and data.',
    fullWidth: 'ＢＴＳ、最高',
  };
  const index = await prepare(contract);
  for (const [id, text] of Object.entries(texts))
    await call('PUT', `/${index}/_doc/${id}?refresh=true`, { time: 0, text });

  it.each([
    ['아이돌', ['korean']],
    ['앨범', ['korean']],
    ['부동산', ['korean']],
    ['시장', ['korean']],
    ['ゲーム', ['japanese']],
    ['東京', ['japanese']],
    ['データ', ['japanese']],
    ['bts', ['english', 'fullWidth']],
    ['it school', ['english']],
    ['DATA', ['english']],
    ['最高', ['fullWidth']],
    // Its characters are all there, but not side by side.
    ['돌아', []],
  ])('is found by %s', async (words, ids) => {
    expect(await found(index, { match: { text: { query: words, operator: 'and' } } })).toEqual(ids);
  });

  it('is found by a word that is typed into a search line', async () => {
    expect(await found(index, { query_string: { query: '아이돌' } })).toEqual(['korean']);
  });

  it('is found in English by another form of a word, and not in other languages by mistake', async () => {
    expect(await found(index, { match: { 'text.english': 'play game' } })).toEqual(['english']);
    expect(await found(index, { match: { text: { query: 'play game', operator: 'and' } } })).toEqual([]);
  });

  it('is found as a whole', async () => {
    expect(await found(index, { term: { 'text.keyword': texts.fullWidth } })).toEqual(['fullWidth']);
  });
});
