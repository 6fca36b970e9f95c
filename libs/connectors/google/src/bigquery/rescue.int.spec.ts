import type { AvroField } from '@sluice/avro';
import type { EventContract } from '@sluice/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { events, number, range } from './testing/numbered-events.ts';
import { deliver, testWarehouse } from './testing/warehouse.ts';

let warehouse: Awaited<ReturnType<typeof testWarehouse>>;
const signal = new AbortController().signal;

beforeAll(async () => {
  warehouse = await testWarehouse();
});

async function open(contracts: readonly EventContract[]) {
  const made = warehouse.sink(contracts, {}, async () => new Map());
  await made.sink.open(signal);
  return made;
}

/** What the rows of a table have in `n`, and aside. */
const rowsOf = (topic: string) =>
  warehouse.query<{ n: string | null; aside: string | null }>(
    `select n, to_json_string(_sluice.rescued) as aside from ${warehouse.dataset}.${topic.replaceAll('-', '_')} order by _kafka.offset`,
  );

describe('a value that its column does not take', () => {
  it(
    'is in the JSON column, and the row is loaded; a restart in the middle loads nothing twice',
    { timeout: 120_000 },
    async () => {
      const contract = warehouse.contract([number]);
      const before = await warehouse.store(contract, events(8));
      const bad = await warehouse.store(contract, events(9, 8), {
        firstOffset: 8,
        mend: (line, n) =>
          n === 4
            ? line.replace('"n":12', '"n":"many"')
            : n === 6
              ? line.replace('"n":14', '"n":{"more":[1.5]}')
              : line,
      });
      const after = await warehouse.store(contract, events(8, 17), { firstOffset: 17 });
      const first = await open([contract]);
      // It dies somewhere on the way.
      const stop = new AbortController();
      const unfinished = deliver(first.collector(), [before, bad, after], stop.signal).catch(() => {});
      setTimeout(() => stop.abort(), 400);
      await unfinished;

      const { collector, metric } = await open([contract]);
      const collected = await deliver(collector(), [before, bad, after]);
      expect(collected).toMatchObject({ deliveredThrough: after.offset, outputs: [], rejected: [] });
      expect(await warehouse.offsets(contract)).toEqual(range(0, 25));
      const rows = await rowsOf(contract.topic);
      expect(rows.flatMap(({ n, aside }, at) => (n === null ? [[at, aside]] : []))).toEqual([
        [12, '{"n":"many"}'],
        [14, '{"n":{"more":[1.5]}}'],
      ]);
      expect(await metric('bigquery_refused_rows_total')).toEqual([]);
    },
  );

  it('does not keep the others of a table from it whose column has another type', async () => {
    const topic = `drift-${warehouse.run}`;
    const older = warehouse.contract([{ name: 'n', type: 'string' }], topic);
    const text: AvroField = { name: 'n', type: 'string' };
    const object: AvroField = { name: 'n', type: { type: 'record', name: 'N', fields: [{ name: 'm', type: 'long' }] } };
    // The table is a number's.
    await open([warehouse.contract([number], topic)]);
    const { collector, metric, lines } = await open([older]);
    const texts = await warehouse.store(warehouse.contract([text], topic), [
      ...events(1, 0, { n: '7' }),
      ...events(1, 1, { n: 'c-7' }),
    ]);
    // The registry would not take both schemas for one topic.
    const stored = await warehouse.store(warehouse.contract([object], `${topic}-of`), events(1, 2, { n: { m: 5 } }), {
      firstOffset: 2,
    });
    const objects = { ...stored, value: { ...stored.value, topic } };
    const gone = await warehouse.store(warehouse.contract([text], topic), events(1, 3, { n: '8' }), { firstOffset: 3 });
    await warehouse.remove(gone);
    const collected = await deliver(collector(), [texts, objects, gone]);
    expect(collected).toMatchObject({ deliveredThrough: gone.offset, rejected: [{ record: { offset: gone.offset } }] });
    expect(await rowsOf(topic)).toEqual([
      { n: '7', aside: 'null' },
      { n: null, aside: '{"n":"c-7"}' },
      { n: null, aside: '{"n":{"m":5}}' },
    ]);
    expect((await metric('bigquery_rescued_values_total')).join()).toMatch(/field="n".* 2$/);
    expect(lines.filter(({ fields }) => fields['code'] === 'value-rescued')).toHaveLength(2);
  });

  it('sends the objects to the dead letters where the contract says so', async () => {
    const topic = `strict-${warehouse.run}`;
    const contract = warehouse.contract([{ name: 'n', type: 'string' }], topic, 'dead-letter');
    await open([warehouse.contract([number], topic)]);
    const { collector } = await open([contract]);
    const stored = await warehouse.store(contract, events(2, 0, { n: 'a' }));
    expect(await deliver(collector(), [stored])).toMatchObject({
      rejected: [{ reason: expect.stringContaining('the column n is INTEGER, and the rows have STRING') as string }],
    });
  });
});
