import type { AvroField } from '@sluice/avro';
import type { EventContract } from '@sluice/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { events, note, number, range } from './testing/numbered-events.ts';
import { deliver, testWarehouse } from './testing/warehouse.ts';

let warehouse: Awaited<ReturnType<typeof testWarehouse>>;
const signal = new AbortController().signal;

beforeAll(async () => {
  warehouse = await testWarehouse();
});

/** Opens a sink for contracts. */
async function open(contracts: readonly EventContract[], environment: Readonly<Record<string, string>> = {}) {
  const made = warehouse.sink(contracts, environment, async () => new Map());
  await made.sink.open(signal);
  return made;
}

describe('the columns of a table', () => {
  it.each(['JSON', 'AVRO'] as const)(
    'adds the columns of newer rows before it loads them, while older ones are there: %s',
    async (format) => {
      const topic = `grown-${warehouse.run}-${format.toLowerCase()}`;
      const nested = (fields: readonly AvroField[]): AvroField => ({
        name: 'parts',
        type: { type: 'array', items: { type: 'record', name: 'Part', fields } },
        default: [],
      });
      const size: AvroField = { name: 'size', type: 'int' };
      const older = warehouse.contract([number, nested([size])], topic);
      const newer = warehouse.contract([number, nested([size, note]), note], topic);
      // The sink knows the older contract only.
      const { collector, lines } = await open([older]);
      const first = await warehouse.store(older, events(3, 0, { parts: [{ size: 1 }] }), { format });
      const second = await warehouse.store(newer, events(3, 3, { parts: [{ size: 2, note: 'a' }], note: 'b' }), {
        format,
        firstOffset: 3,
      });
      const third = await warehouse.store(older, events(3, 6, { parts: [] }), { format, firstOffset: 6 });
      await deliver(collector(), [first]);
      await deliver(collector(), [second, third]);
      expect(await warehouse.offsets(older)).toEqual(range(0, 9));
      const table = `${warehouse.dataset}.${topic.replaceAll('-', '_')}`;
      const rows = await warehouse.query<{ note: string | null }>(`select note from ${table} order by _kafka.offset`);
      expect(rows.map((row) => row.note)).toEqual([null, null, null, 'b', 'b', 'b', null, null, null]);
      // The stand-in takes note of a field inside a RECORD, but gives its rows no room for it: its description is all there is to see.
      expect(lines.find(({ message }) => message === 'the table has gained columns')?.fields['columns']).toEqual([
        'parts.note',
        'note',
      ]);
    },
  );

  it('names each column once that has another name than its field', async () => {
    const topic = `twins-${warehouse.run}`;
    const twin = (name: string): AvroField => ({ name, type: 'long', default: 0 });
    const older = warehouse.contract([number, twin('N')], topic);
    const newer = warehouse.contract([number, twin('N'), twin('_CHANGE_TYPE')], topic);
    const { collector, lines } = await open([older]);
    const first = await warehouse.store(older, events(2), { format: 'JSON' });
    const second = await warehouse.store(newer, events(2, 2), { format: 'JSON', firstOffset: 2 });
    const third = await warehouse.store(newer, events(2, 4), { format: 'JSON', firstOffset: 4 });
    await deliver(collector(), [first]);
    await deliver(collector(), [second]);
    await deliver(collector(), [third]);
    expect(await warehouse.offsets(older)).toEqual(range(0, 6));
    const named = lines.filter(({ message }) => message.startsWith('columns have other names'));
    expect(named.map(({ fields }) => fields['columns'])).toEqual([{ N: 'N_2' }, { _CHANGE_TYPE: 'field_CHANGE_TYPE' }]);
  });

  it('rejects objects with a column of another type, and loads the others of the table and other tables', async () => {
    const topic = `other-${warehouse.run}`;
    const own = warehouse.contract([{ name: 'n', type: 'string' }], topic);
    const other = warehouse.contract([number], `${topic}-of`);
    const { collector } = await open([own, other]);
    const format = 'AVRO';
    const good = await warehouse.store(own, events(2, 0, { n: 'a' }), { format });
    const stored = await warehouse.store(other, events(2, 2), { format, firstOffset: 2 });
    const changed = { ...stored, value: { ...stored.value, topic } };
    const later = await warehouse.store(own, events(2, 4, { n: 'b' }), { format, firstOffset: 4 });
    const sound = await warehouse.store(other, events(2), { format });
    const collected = await deliver(collector(), [good, changed, later, sound]);
    expect(collected).toMatchObject({
      deliveredThrough: sound.offset,
      rejected: [
        {
          record: { offset: changed.offset },
          reason: expect.stringMatching(
            /^the table bq_\w+\.other_\w+ cannot take the rows: the column n is STRING, and the rows have INTEGER/,
          ),
        },
      ],
    });
    expect(await warehouse.offsets(own)).toEqual([0, 1, 4, 5]);
    expect(await warehouse.offsets(other)).toEqual([0, 1]);
  });

  it('loads fields whose names BigQuery takes for one, or reserves', async () => {
    const names = ['userId', 'userid', '_PARTITIONTIME', '_kafka'];
    const contract = warehouse.contract(names.map((name): AvroField => ({ name, type: 'long' })));
    const { collector } = await open([contract]);
    const values = Object.fromEntries(names.map((name, n) => [name, n]));
    await deliver(collector(), [await warehouse.store(contract, events(1, 0, values), { format: 'JSON' })]);
    const table = `${warehouse.dataset}.${contract.topic.replaceAll('-', '_')}`;
    expect(
      await warehouse.query(
        `select userId as a, userid_2 as b, field_PARTITIONTIME as c, field_kafka as d from ${table}`,
      ),
    ).toMatchObject([{ a: '0', b: '1', c: '2', d: '3' }]);
  });

  it.each(['JSON', 'AVRO'] as const)('loads every type of column: %s', async (format) => {
    const type = (name: string, schema: AvroField['type']): AvroField => ({ name, type: schema });
    const logical = (base: string, logicalType: string, more: object = {}) => ({ type: base, logicalType, ...more });
    const contract = warehouse.contract([
      type('flag', 'boolean'),
      type('whole', 'int'),
      type('wide', 'long'),
      type('real', 'double'),
      type('raw', 'bytes'),
      type('kind', { type: 'enum', name: 'Kind', symbols: ['A', 'B'] }),
      type('tags', { type: 'array', items: 'string' }),
      type('inside', {
        type: 'record',
        name: 'Inside',
        fields: [type('at', logical('long', 'timestamp-millis')), type('raws', { type: 'array', items: 'bytes' })],
      }),
      type('parts', { type: 'array', items: { type: 'record', name: 'Piece', fields: [type('size', 'int')] } }),
      type('day', logical('int', 'date')),
      type('clock', logical('long', 'time-micros')),
      type('exact', logical('long', 'timestamp-micros')),
      type('local', logical('long', 'local-timestamp-micros')),
      type('price', logical('bytes', 'decimal', { precision: 12, scale: 2 })),
      type('maybe', ['null', 'double']),
      // What only JSON lines carry.
      ...(format === 'JSON'
        ? [
            type('counts', { type: 'map', values: 'long' }),
            type('either', ['null', 'string', 'long']),
            type('gaps', { type: 'array', items: ['null', 'int'] }),
            type('grid', { type: 'array', items: { type: 'array', items: 'int' } }),
            type('original', logical('string', 'json')),
          ]
        : []),
    ]);
    const event = {
      flag: true,
      whole: -5,
      wide: 4503599627370495,
      real: 0.1,
      raw: Buffer.from([0, 255]),
      kind: 'B',
      tags: ['x', 'y'],
      inside: { at: new Date('2026-01-02T03:04:05.678Z'), raws: [Buffer.from('b')] },
      parts: [{ size: 1 }, { size: 2 }],
      day: 20_453,
      clock: 45_296_000_007,
      exact: 1_767_225_599_123_456,
      local: 1_767_225_599_000_000,
      price: Buffer.from([0x04, 0xe2]),
      maybe: null,
      ...(format === 'JSON' && {
        counts: { a: 1 },
        either: 7,
        gaps: [1, null],
        grid: [[1], [2, 3]],
        original: '{"deep":[1]}',
      }),
    };
    const { collector } = await open([contract]);
    await deliver(collector(), [
      await warehouse.store(
        contract,
        events(1, 0, event).map(({ n: _, ...rest }) => rest),
        { format },
      ),
    ]);
    const table = `${warehouse.dataset}.${contract.topic.replaceAll('-', '_')}`;
    const [row] = await warehouse.query<Record<string, unknown>>(
      `select flag, whole, wide, real, to_base64(raw) raw, kind, tags[offset(1)] tag, unix_millis(inside.at) at,
        to_base64(inside.raws[offset(0)]) b, (select sum(p.size) from unnest(parts) p) size, cast(day as string) day,
        cast(clock as string) clock, unix_micros(exact) exact, cast(local as string) local, cast(price as string) price, maybe
        ${format === 'JSON' ? ", json_value(counts, '$.a') a, json_value(original, '$.deep[0]') deep, json_value(grid, '$[1][1]') cell" : ''}
        from ${table}`,
    );
    expect(row).toMatchObject({
      flag: 'true',
      whole: '-5',
      wide: '4503599627370495',
      real: '0.1',
      raw: 'AP8=',
      kind: 'B',
      tag: 'y',
      at: String(Date.parse('2026-01-02T03:04:05.678Z')),
      b: 'Yg==',
      size: '3',
      day: '2025-12-31',
      clock: '12:34:56.000007',
      exact: '1767225599123456',
      local: expect.stringMatching(/^2025-12-31 23:59:59/),
      price: expect.stringMatching(/^12\.50*$/),
      maybe: null,
      ...(format === 'JSON' && { a: '1', deep: '1', cell: '3' }),
    });
  });
});
