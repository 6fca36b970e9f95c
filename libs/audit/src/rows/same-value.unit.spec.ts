import { describe, expect, it } from 'vitest';
import type { Cell } from '@sluice/connector-google';
import { differingColumns, sameValue } from './same-value.ts';

const f = (...values: Cell[]) => ({ f: values.map((v) => ({ v })) });

describe('a cell and the JSON of its field', () => {
  it.each<[type: string, cell: string | null, value: unknown]>([
    ['INTEGER', '12', 12],
    ['INTEGER', '9007199254740993', 9007199254740993n],
    ['INTEGER', '1767225600123456789', '2026-01-01T00:00:00.123456789Z'],
    ['FLOAT', '1.1', 1.1],
    ['FLOAT', 'NaN', 'NaN'],
    ['FLOAT', '-Infinity', '-Infinity'],
    ['FLOAT', 'inf', 'Infinity'],
    ['INTEGER', '9007199254740993', '9007199254740993'],
    ['NUMERIC', '12.5', '12.50'],
    ['NUMERIC', '100', '100'],
    ['BOOLEAN', 'true', true],
    ['STRING', 'RED', 'RED'],
    ['STRING', '{"a":1}', { a: 1 }],
    ['TIMESTAMP', '1767225600123000', '2026-01-01T00:00:00.123Z'],
    ['TIMESTAMP', '-1', '1969-12-31T23:59:59.999999Z'],
    ['DATE', '2026-01-01', '2026-01-01'],
    ['TIME', '10:00:00', '10:00:00.000'],
    ['DATETIME', '2026-01-01T10:00:00.5', '2026-01-01T10:00:00.500'],
    ['BYTES', 'aGk=', 'aGk='],
    ['BYTES', 'ASNFZ4mrze8BI0VniavN7w==', '01234567-89ab-cdef-0123-456789abcdef'],
    ['BYTES', 'AQAAAAIAAAC8CwAA', 'P1M2DT3.004S'],
    ['JSON', '{"b":2,"a":[1]}', { a: [1], b: 2 }],
    ['STRING', null, undefined],
    ['STRING', null, null],
  ])('%s %s is as in case %#', (type, cell, value) => {
    expect(sameValue({ name: 'x', type }, cell, value)).toBe(true);
  });

  it.each<[type: string, cell: string | null, value: unknown]>([
    ['INTEGER', '9007199254740992', 9007199254740993n],
    ['FLOAT', '1.1', null],
    ['FLOAT', 'NaN', null],
    ['FLOAT', 'NaN', 'Infinity'],
    ['FLOAT', '0', 'NaN'],
    ['NUMERIC', '12.5', '12.51'],
    ['BOOLEAN', 'false', true],
    ['STRING', '', null],
    ['STRING', null, ''],
    ['TIMESTAMP', '1767225600123000', '2026-01-01T00:00:00.124Z'],
    ['BYTES', 'aGk=', 'aGo='],
    ['JSON', '{"a":1}', { a: 2 }],
  ])('%s %s is not as in case %#', (type, cell, value) => {
    expect(sameValue({ name: 'x', type }, cell, value)).toBe(false);
  });

  it('compares records and lists all the way down', () => {
    const column = {
      ...{ name: 'r', type: 'RECORD', mode: 'REPEATED' },
      fields: [
        { name: 'a', type: 'INTEGER' },
        { name: 'b', type: 'STRING', mode: 'REPEATED' },
      ],
    };
    const cell = [{ v: f('1', [{ v: 'x' }]) }, { v: f(null, []) }];
    expect(
      sameValue(column, cell, [
        { a: 1, b: ['x'] },
        { a: null, b: [] },
      ]),
    ).toBe(true);
    expect(sameValue(column, cell, [{ a: 1, b: ['y'] }, {}])).toBe(false);
    expect(sameValue(column, cell, [{ a: 1, b: ['x'] }])).toBe(false);
    expect(sameValue(column, cell, [{ a: 1, b: ['x'], c: 3 }, {}])).toBe(false);
    expect(sameValue(column, [], null)).toBe(true);
  });

  it('takes a list of keys and values for a map', () => {
    const fields = [
      { name: 'key', type: 'STRING' },
      { name: 'value', type: 'INTEGER' },
    ];
    const column = { name: 'm', type: 'RECORD', mode: 'REPEATED', fields };
    const cell = [{ v: f('b', '2') }, { v: f('a', '1') }];
    expect(sameValue(column, cell, { a: 1, b: 2 })).toBe(true);
    expect(sameValue(column, cell, { a: 1, b: 3 })).toBe(false);
    expect(sameValue(column, cell, { a: 1 })).toBe(false);
  });
});

describe('a row and its record', () => {
  const columns = [
    { name: '_kafka', type: 'RECORD', fields: [] },
    { name: 'a', type: 'INTEGER' },
    { name: 'old', type: 'STRING' },
  ];

  it('names the columns that differ, and values that no column is for', () => {
    expect(differingColumns(columns, f(f(), '1', null), [{ a: 1 }])).toEqual([]);
    expect(differingColumns(columns, f(f(), '2', 'x'), [{ a: 1 }])).toEqual(['a', 'old']);
    expect(differingColumns(columns, f(f(), '1', null), [{ a: 1, gone: 'text', none: null }])).toEqual(['gone']);
  });

  it('tells a field called constructor from what every object has', () => {
    const named = [...columns, { name: 'constructor', type: 'STRING' }];
    expect(differingColumns(named, f(f(), '1', null, null), [{ a: 1 }])).toEqual([]);
    expect(differingColumns(named, f(f(), '1', null, 'x'), [{ a: 1, constructor: 'x' }])).toEqual([]);
    expect(differingColumns(columns, f(f(), '1', null), [{ a: 1 }, { a: 1, constructor: 'x' }])).toEqual([]);
    const record = { name: 'r', type: 'RECORD', fields: [{ name: 'toString', type: 'STRING' }] };
    expect(sameValue(record, { f: [{ v: null }] }, {})).toBe(true);
  });

  it('takes a value that its column does not take where the row has it aside, and no other', () => {
    const rescued = [...columns, { name: '_sluice', type: 'RECORD', fields: [{ name: 'rescued', type: 'JSON' }] }];
    const row = (a: string | null, aside: string | null) => f(f(), a, null, f(aside));
    expect(differingColumns(rescued, row(null, '{"a":"c-7"}'), [{ a: 'c-7' }])).toEqual([]);
    expect(differingColumns(rescued, row(null, '{"a":{"b":1}}'), [{ a: { b: 1 } }])).toEqual([]);
    expect(differingColumns(rescued, row(null, '{"a":"c-8"}'), [{ a: 'c-7' }])).toEqual(['a']);
    expect(differingColumns(rescued, row('7', '{"a":"c-7"}'), [{ a: 'c-7' }])).toEqual(['a']);
    expect(differingColumns(rescued, row(null, null), [{ a: 'c-7' }])).toEqual(['a']);
    expect(differingColumns(rescued, f(f(), '1', null, null), [{ a: 1 }])).toEqual([]);
  });

  it('lets a row be as it was written, or as the contract has it', () => {
    const [contract, written] = [
      { a: 1, added: 'default' },
      { a: 1, old: 'x' },
    ];
    expect(differingColumns(columns, f(f(), '1', 'x'), [contract, written])).toEqual([]);
    expect(differingColumns(columns, f(f(), '1', null), [contract, written])).toEqual([]);
    expect(differingColumns(columns, f(f(), '1', 'y'), [contract, written])).toEqual(['old']);
  });
});
