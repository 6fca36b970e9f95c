import { describe, expect, it } from 'vitest';
import type { AvroRecord, AvroSchema } from '../schema/avro-schema.ts';
import { concat, long } from '../testing/avro-bytes.ts';
import { int, record } from '../testing/records.ts';
import { json, refusal } from '../testing/resolved-json.ts';

describe('hostile bytes in what is skipped', () => {
  const max = 2n ** 63n - 1n;
  const array = (items: AvroSchema): AvroSchema => ({ type: 'array', items });
  const tree = record([{ name: 'children', type: array('Tree') }], 'Tree');
  it.each<[string, AvroSchema, Uint8Array]>([
    ['a huge array of nothing', array('null'), concat(long(2 ** 52), long(0))],
    ['a huge array of empty records', array(record([], 'Empty')), concat(long(2 ** 52), long(0))],
    ['a huge array of empty fixed', array({ type: 'fixed', name: 'F', size: 0 }), concat(long(2 ** 52), long(0))],
    [
      'huge arrays of nothing in an array',
      array(array('null')),
      concat(long(2), long(9000), long(0), long(9000), long(0), long(0)),
    ],
    ['an impossible count', array('null'), concat(long(max), long(0))],
    ['the most negative count', array('null'), concat(long(-max - 1n), long(0), long(0))],
    ['a block that claims too many bytes', array('int'), concat(long(-1), long(2 ** 40), long(0))],
    ['a block of a negative size', array('int'), concat(long(-1), long(-3), long(0))],
    ['a huge string', 'string', concat(long(2 ** 40), Buffer.from('x'))],
    ['a negative length', 'bytes', long(-1)],
    ['a huge fixed', { type: 'fixed', name: 'F', size: 2 ** 50 }, Buffer.alloc(8)],
    ['a union past its branches', ['null', 'int'], long(2)],
    ['a deep recursion', tree, Buffer.alloc(100_000, 2)],
    ['a recursion that takes no bytes', record([{ name: 'again', type: 'Endless' }], 'Endless'), Buffer.alloc(0)],
    ['a number without an end', 'long', Buffer.alloc(30, 0xff)],
  ])('is refused: %s', { timeout: 60_000 }, (_, type, avro) => {
    expect(refusal(record([{ name: 'gone', type }]), record([]), avro)).not.toBe('');
  });

  it('is counted as what is kept: as many values without bytes pass, in blocks that say their size too', () => {
    const writer = record([{ name: 'gone', type: array('null') }]);
    const blocks = (items: number) =>
      concat(...Array.from({ length: items / 5 }, () => concat(long(-5), long(0))), long(0));
    expect(json(writer, record([]), blocks(10_000))).toBe('{}');
    expect(json(writer, writer, blocks(10_000))).toContain('null');
    for (const reader of [record([]), writer])
      expect(refusal(writer, reader, blocks(10_005))).toContain('take no bytes');
  });

  it('is looked at as what is kept', () => {
    const text = concat(long(1), Buffer.of(0xff));
    for (const reader of [record([]), record([{ name: 'gone', type: 'string' }])])
      expect(refusal(record([{ name: 'gone', type: 'string' }]), reader, text)).toContain('UTF-8');
  });
});

describe('a hostile name', () => {
  const code = 'globalThis.sluiceInjected = 1';
  it.each([
    `";${code};"`,
    `');${code};('`,
    `\`\${${code}}\``,
    `\n${code}\n`,
    `*/${code};/*`,
    '__proto__',
    'constructor',
  ])('cannot inject code through resolution: %j', (attack) => {
    const writer = record(
      [
        { name: attack, type: 'int' },
        { name: 'gone', type: { type: 'enum', name: `${attack}E`, symbols: [attack] } },
        { name: 'kept', type: { type: 'enum', name: `${attack}K`, symbols: [attack] } },
      ],
      attack,
    );
    const reader: AvroRecord = {
      ...record([
        { name: `${attack}2`, aliases: [attack], type: 'long' },
        {
          name: 'kept',
          type: { type: 'enum', name: 'K', aliases: [`${attack}K`], symbols: [`${attack}!`], default: `${attack}!` },
        },
      ]),
      aliases: [attack],
    };
    expect(Object.entries(JSON.parse(json(writer, reader, Buffer.of(2, 0, 0))))).toEqual([
      [`${attack}2`, 1],
      ['kept', `${attack}!`],
    ]);
    expect(refusal(writer, record([int(`${attack}3`)], attack), Buffer.of(2, 0, 0))).toContain(`no ${attack}3`);
    expect(refusal(writer, 'int', Buffer.of(2, 0, 0))).toContain(attack);
    // A default goes through avsc, which accepts no such names.
    const added = record([{ name: `${attack}4`, type: 'int', default: 1 }], attack);
    expect(() => json(writer, added, Buffer.of(2, 0, 0))).toThrow(/name/);
    expect('sluiceInjected' in globalThis).toBe(false);
  });
});
