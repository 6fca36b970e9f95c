import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contractSource, InvalidContract } from '../contracts/contract-source.ts';
import { rules, type RuleName } from '../rules.ts';
import { compareContracts } from './compare-contracts.ts';

const time = { type: 'long', logicalType: 'timestamp-millis' };
const decimal = () => ({ type: 'bytes', logicalType: 'decimal', precision: 12, scale: 2 });

/** A contract with something of every kind. */
const base = () => ({
  type: 'record' as string,
  name: 'Order',
  namespace: 'shop',
  aliases: ['shop.Purchase'] as string[],
  doc: 'An order.',
  sluice: { topic: 'orders', key: ['customer'], id: ['id'], time: 'placed', rotation: 'day' } as Record<
    string,
    unknown
  >,
  fields: [
    { name: 'id', type: 'string', doc: 'Its id.' },
    { name: 'customer', type: 'string', doc: 'Who ordered.' },
    { name: 'placed', type: time, doc: 'When it was placed.' },
    { name: 'paid', type: ['null', time], default: null, doc: 'When it was paid.' },
    { name: 'item_count', type: 'int', doc: 'How many items.', sluice: { kind: 'gauge' } },
    { name: 'total', type: decimal(), doc: 'What it costs.' },
    { name: 'note', type: ['null', 'string'], default: null, doc: 'What the customer wrote.' },
    { name: 'seconds', type: 'float', default: 0, doc: 'How long it took.' },
    {
      name: 'state',
      type: { type: 'enum', name: 'State', symbols: ['UNKNOWN', 'NEW', 'PAID'], default: 'UNKNOWN' },
      doc: 'Its state.',
    },
    { name: 'channel', type: { type: 'enum', name: 'Channel', symbols: ['WEB', 'SHOP'] }, doc: 'Where it came from.' },
    { name: 'checksum', type: { type: 'fixed', name: 'Checksum', size: 16 }, doc: 'Of all items.' },
    {
      name: 'items',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'Item',
          fields: [
            { name: 'sku', type: 'string', doc: 'What it is.' },
            { name: 'amount', type: 'long', doc: 'How many.', sluice: { kind: 'gauge' } },
            { name: 'gift', type: 'boolean', default: false, doc: 'Whether it is wrapped.' },
          ],
        },
      },
      doc: 'What was ordered.',
    },
    { name: 'labels', type: { type: 'map', values: 'string' }, default: {}, doc: 'Any labels.' },
  ] as Record<string, unknown>[],
});
type Base = ReturnType<typeof base>;

const field = (contract: { fields: unknown[] }, name: string): Record<string, unknown> => {
  const found = contract.fields.find((one) => (one as { name: string }).name === name);
  if (found === undefined) throw new Error(`no field ${name}`);
  return found as Record<string, unknown>;
};
const typeOf = (contract: Base, name: string) => field(contract, name)['type'] as Record<string, unknown>;
const item = (contract: Base) => typeOf(contract, 'items')['items'] as { fields: Record<string, unknown>[] };
const drop = (contract: { fields: Record<string, unknown>[] }, name: string) => {
  contract.fields = contract.fields.filter((one) => one['name'] !== name);
};
const add = (contract: { fields: Record<string, unknown>[] }, more: object) => {
  contract.fields.push({ name: 'extra', type: ['null', 'string'], default: null, doc: 'More.', ...more });
};

const textOf = (contract: unknown) => JSON.stringify(contract, null, 2);
const changesOf = (change: (contract: Base) => void) => {
  const changed = base();
  change(changed);
  const text = textOf(changed);
  const changes = compareContracts([contractSource('a.avsc', textOf(base()))], [contractSource('a.avsc', text)]);
  return { changes, lines: text.split('\n') };
};
const severitiesOf = (names: readonly RuleName[]) => new Set(names.map((name) => rules[name].severity));

const breaking: [RuleName, string, (contract: Base) => void][] = [
  ['topic-changed', '"topic"', (c) => (c.sluice['topic'] = 'purchases')],
  ['key-changed', '"key"', (c) => (c.sluice['key'] = ['id'])],
  ['id-changed', '"id": [', (c) => (c.sluice['id'] = ['id', 'placed'])],
  ['time-changed', '"time"', (c) => ((c.sluice['time'] = 'at'), add(c, { name: 'at', type: time, default: 0 }))],
  ['arrival-changed', '"arrival"', (c) => (c.sluice['arrival'] = 'placed')],
  ['rotation-changed', '"rotation"', (c) => (c.sluice['rotation'] = 'month')],
  ['time-zone-changed', '"timeZone"', (c) => (c.sluice['timeZone'] = 'Asia/Seoul')],
  ['internal-changed', '"internal"', (c) => (c.sluice['internal'] = true)],
  ['refused-given-up', '"refused"', (c) => (c.sluice['refused'] = 'dead-letter')],
  ['name-changed', '{', (c) => (c.name = 'Bestellung')],
  ['name-changed', '{', (c) => (c.namespace = 'store')],
  ['name-changed', '"items": {', (c) => ((item(c) as unknown as { name: string }).name = 'Line')],
  ['alias-removed', '{', (c) => (c.aliases = [])],
  ['field-added-without-default', '"name": "extra"', (c) => add(c, { type: 'string', default: undefined })],
  ['field-removed-without-default', '"fields"', (c) => drop(c, 'checksum')],
  ['field-removed-without-default', '"fields"', (c) => drop(item(c), 'sku')],
  ['default-removed', '"name": "seconds"', (c) => delete field(c, 'seconds')['default']],
  ['type-changed', '"type": "boolean"', (c) => (field(c, 'customer')['type'] = 'boolean')],
  ['type-changed', '"type": "string"', (c) => (field(item(c), 'amount')['type'] = 'string')],
  ['type-changed', '"type": "int"', (c) => (field(item(c), 'amount')['type'] = 'int')],
  ['type-changed', '"values": "long"', (c) => (typeOf(c, 'labels')['values'] = 'long')],
  [
    'branch-removed',
    '"type": "string"',
    (c) => ((field(c, 'note')['type'] = 'string'), delete field(c, 'note')['default']),
  ],
  ['enum-symbol-removed', '"type": {', (c) => (typeOf(c, 'state')['symbols'] = ['UNKNOWN', 'NEW'])],
  ['enum-symbol-added-without-default', '"APP"', (c) => (typeOf(c, 'channel')['symbols'] = ['WEB', 'SHOP', 'APP'])],
  ['enum-default-removed', '"type": {', (c) => delete typeOf(c, 'state')['default']],
  ['enum-without-default', '{', (c) => add(c, { type: ['null', { type: 'enum', name: 'Kind', symbols: ['A'] }] })],
  ['fixed-size-changed', '"type": {', (c) => (typeOf(c, 'checksum')['size'] = 20)],
  ['logical-type-changed', '"type": {', (c) => (typeOf(c, 'total')['logicalType'] = undefined)],
  [
    'logical-type-changed',
    '',
    (c) => (field(c, 'paid')['type'] = ['null', { ...time, logicalType: 'timestamp-micros' }]),
  ],
  ['decimal-scale-changed', '"type": {', (c) => (typeOf(c, 'total')['scale'] = 4)],
  ['decimal-narrowed', '"type": {', (c) => (typeOf(c, 'total')['precision'] = 8)],
  ['doc-missing', '"name": "extra"', (c) => add(c, { doc: undefined })],
  ['doc-removed', '"name": "note"', (c) => (field(c, 'note')['doc'] = ' ')],
  ['number-without-unit', '"name": "extra"', (c) => add(c, { type: ['null', 'double'] })],
  [
    'decimal-without-precision',
    '"name": "extra"',
    (c) => add(c, { type: ['null', { type: 'bytes', logicalType: 'decimal' }] }),
  ],
  ['kind-changed', '"name": "item_count"', (c) => (field(c, 'item_count')['sluice'] = { kind: 'counter' })],
  ['field-renamed', '"name": "remark"', (c) => Object.assign(field(c, 'note'), { name: 'remark', aliases: ['note'] })],
  ['mapping-changed', '"name": "note"', (c) => (field(c, 'note')['sluice'] = { search: 'text' })],
  ['mapping-changed', '"name": "items"', (c) => (field(c, 'items')['sluice'] = { nested: true })],
  ['column-changed', '"name": "customer"', (c) => (field(c, 'customer')['type'] = { type: 'array', items: 'string' })],
  ['clustering-changed', '"key"', (c) => (c.sluice['key'] = ['id'])],
  [
    'partitioning-changed',
    '"time"',
    (c) => ((c.sluice['time'] = 'at'), add(c, { name: 'at', type: time, default: 0 })),
  ],
];

const safe: [RuleName, (contract: Base) => void][] = [
  ['field-added', (c) => add(c, {})],
  ['field-added', (c) => add(item(c), {})],
  ['field-added', (c) => add(c, { type: 'string', default: '' })],
  ['field-added', (c) => add(c, { name: 'wait_ms', type: ['null', 'long'] })],
  ['field-added', (c) => add(c, { name: 'weightKg', type: ['null', 'double'] })],
  ['field-added', (c) => add(c, { type: ['null', 'int'], sluice: { kind: 'counter' } })],
  ['field-added', (c) => add(c, { type: { type: 'array', items: 'string' }, default: [] })],
  ['field-added', (c) => add(c, { type: { type: 'map', values: 'long' }, default: {} })],
  ['field-added', (c) => add(c, { type: ['null', decimal()] })],
  ['field-added', (c) => add(c, { type: ['null', { type: 'enum', name: 'Kind', symbols: ['U', 'A'], default: 'U' }] })],
  ['field-removed', (c) => drop(c, 'note')],
  ['field-removed', (c) => drop(item(c), 'gift')],
  ['default-added', (c) => (field(c, 'customer')['default'] = '')],
  ['default-changed', (c) => (field(c, 'seconds')['default'] = 1)],
  ['type-widened', (c) => (field(c, 'item_count')['type'] = 'long')],
  ['mapping-widened', (c) => (field(c, 'item_count')['type'] = 'long')],
  ['type-widened', (c) => (field(c, 'seconds')['type'] = 'double')],
  ['null-added', (c) => (field(c, 'customer')['type'] = ['null', 'string'])],
  ['enum-symbol-added', (c) => (typeOf(c, 'state')['symbols'] = ['UNKNOWN', 'NEW', 'PAID', 'SENT'])],
  ['enum-symbols-reordered', (c) => (typeOf(c, 'state')['symbols'] = ['NEW', 'PAID', 'UNKNOWN'])],
  ['enum-default-added', (c) => (typeOf(c, 'channel')['default'] = 'WEB')],
  ['enum-default-changed', (c) => (typeOf(c, 'state')['default'] = 'NEW')],
  ['decimal-widened', (c) => (typeOf(c, 'total')['precision'] = 16)],
  ['record-renamed', (c) => ((c.name = 'Bestellung'), c.aliases.push('shop.Order'))],
  ['alias-added', (c) => c.aliases.push('shop.Buy')],
  ['fields-reordered', (c) => c.fields.reverse()],
  ['fields-reordered', (c) => item(c).fields.reverse()],
  ['doc-changed', (c) => (field(c, 'note')['doc'] = 'Free text.')],
  ['kind-added', (c) => (field(c, 'seconds')['sluice'] = { kind: 'gauge' })],
  ['property-removed', (c) => drop(c, 'note')],
  ['property-type-changed', (c) => (field(c, 'customer')['type'] = ['null', 'string'])],
  ['branch-added', (c) => (typeOf(c, 'labels')['values'] = ['string', 'long'])],
];

describe('a breaking change', () => {
  it.each(breaking)('%s, with file and line', (rule, marker, change) => {
    const { changes, lines } = changesOf(change);
    const found = changes.filter((one) => one.rule === rule);
    expect(found.length, textOf(changes)).toBeGreaterThan(0);
    expect(rules[rule].severity).toBe('breaking');
    expect(found[0]?.file).toBe('a.avsc');
    const shown = lines.slice((found[0]?.line ?? 0) - 1).slice(0, marker.startsWith('"name"') ? 2 : 1);
    expect(shown.join('\n'), textOf(found)).toContain(marker);
    // Breaking changes come first.
    expect(severitiesOf([(changes[0] as (typeof changes)[number]).rule])).toEqual(new Set(['breaking']));
  });
});

describe('a change that breaks nothing', () => {
  it.each(safe)('%s', (rule, change) => {
    const { changes } = changesOf(change);
    const names = changes.map((one) => one.rule);
    expect(names).toContain(rule);
    expect(severitiesOf(names), textOf(changes)).not.toContain('breaking');
  });
});

it('a contract that comes to keep refused values', () => {
  const before = base();
  before.sluice['refused'] = 'dead-letter';
  const changes = compareContracts(
    [contractSource('a.avsc', textOf(before))],
    [contractSource('a.avsc', textOf(base()))],
  );
  expect(changes.map(({ rule }) => rule)).toEqual(['refused-rescued']);
});

describe('contracts', () => {
  it('that are the same have no changes', () => {
    expect(changesOf(() => {}).changes).toEqual([]);
  });

  it('are matched by topic where a file has another name, and may be new or gone', () => {
    const [old, now] = [contractSource('a.avsc', textOf(base())), contractSource('b.avsc', textOf(base()))];
    expect(compareContracts([old], [now])).toEqual([]);
    expect(compareContracts([], [now])).toMatchObject([{ rule: 'contract-added', file: 'b.avsc', line: 1 }]);
    expect(compareContracts([old], [])).toMatchObject([{ rule: 'contract-removed', file: 'a.avsc', at: 'shop.Order' }]);
  });

  it('that cannot be derived are named', () => {
    const { changes } = changesOf((c) => add(c, { name: 'ID', type: ['null', 'string'] }));
    expect(changes.map(({ rule }) => rule)).toContain('field-added');
  });

  it('of Sluice compare with themselves without a change', () => {
    const folder = new URL('../../../contracts/avro/', import.meta.url);
    const sources = readdirSync(folder).map((name) =>
      contractSource(name, readFileSync(new URL(name, folder), 'utf8')),
    );
    expect(sources.length).toBeGreaterThan(5);
    expect(compareContracts(sources, sources)).toEqual([]);
  });
});

describe('a file that is not a contract', () => {
  it.each([
    ['{\n "type": "record",\n oops }', 'a.avsc:3 is not JSON: InvalidSymbol'],
    ['', 'a.avsc:1 is not JSON: ValueExpected'],
    ['{"type":"record","name":"X","fields":[]}', 'a.avsc:1 X: has no "sluice" annotation'],
  ])('is refused with file and line: %j', (text, message) => {
    expect(() => contractSource('a.avsc', text)).toThrow(new InvalidContract(message));
  });
});

it('every rule is shown by a test', () => {
  const shown = new Set<string>([...breaking.map(([rule]) => rule), ...safe.map(([rule]) => rule)]);
  const elsewhere = ['refused-rescued', 'contract-added', 'contract-removed', 'mapping-impossible', 'table-impossible'];
  expect(Object.keys(rules).filter((rule) => !shown.has(rule) && !elsewhere.includes(rule))).toEqual([]);
  expect(new Set(breaking.map(([rule]) => rule)).size).toBeGreaterThanOrEqual(25);
});
