import { describe, expect, it } from 'vitest';
import type { TableColumn } from './column.ts';
import { fitsColumn } from './fitting-value.ts';
import { rescuedRow } from './rescued-row.ts';

describe('a value', () => {
  it.each<[type: string, fitting: unknown[], others: unknown[]]>([
    [
      'INTEGER',
      [5, -5, '12', '9223372036854775807', 9007199254740993n, null],
      ['x', '', 1.5, true, {}, [], '007', '+1', '9223372036854775808'],
    ],
    ['FLOAT64', [1.5, 'NaN', '-Infinity', 3], ['x', '1.50', false, {}]],
    ['NUMERIC', ['12345678901234567890123456789.5', 3], ['123456789012345678901234567890', '0.0123456789', 'x']],
    ['BIGNUMERIC', ['123456789012345678901234567890'], ['1'.repeat(39), {}]],
    ['STRING', ['x', '', 5, true], [{}, ['x']]],
    ['BOOL', [true, 'false'], ['yes', 1, {}]],
    ['BYTES', ['aGk=', ''], ['a', 5, '*']],
    ['DATE', ['2026-02-28'], ['2026-02-30', '0000-01-01', 5, 'x']],
    ['TIME', ['23:59:59.999999'], ['24:00:00', 'x']],
    ['DATETIME', ['2026-03-05T10:00:00.5'], ['2026-03-05', '2026-03-05T10:00:00Z']],
    ['TIMESTAMP', ['2026-03-05T10:00:00.123Z'], ['2026-03-05 10:00:00+09:00', '2026-13-05T10:00:00Z', 5, 'x']],
    ['JSON', [{ a: 1 }, 'x', [1]], []],
    ['GEOGRAPHY', ['POINT(1 2)'], [{}]],
  ])('of a column %s', (type, fitting, others) => {
    for (const value of fitting) expect([value, fitsColumn({ name: 'c', type }, value)]).toEqual([value, true]);
    for (const value of others) expect([value, fitsColumn({ name: 'c', type }, value)]).toEqual([value, false]);
  });

  it('of a repeated column is an array of its values, and of a record an object of its fields', () => {
    const list: TableColumn = { name: 'l', type: 'INTEGER', mode: 'REPEATED' };
    expect([[], [1, 2]].every((value) => fitsColumn(list, value))).toBe(true);
    expect([null, 1, [null], [1, 'x'], {}].some((value) => fitsColumn(list, value))).toBe(false);
    const record: TableColumn = { name: 'r', type: 'RECORD', fields: [list] };
    expect([{}, { l: [1] }, { L: [1], other: {} }, null].every((value) => fitsColumn(record, value))).toBe(true);
    expect([{ l: 1 }, [], 'x', { L: ['x'] }].some((value) => fitsColumn(record, value))).toBe(false);
  });
});

describe('a rescued row', () => {
  const columns: TableColumn[] = [
    { name: '_kafka', type: 'RECORD', fields: [{ name: 'offset', type: 'INTEGER' }] },
    { name: 'N', type: 'INTEGER' },
    { name: 'place', type: 'STRING' },
    { name: 'big', type: 'FLOAT' },
  ];

  it('has what does not fit aside, and all else as it was', () => {
    const line = '{"_kafka":{"offset":3},"n":"c-7","place":{"n":1.50},"big":-0,"new":12345678901234567890}';
    expect(rescuedRow(columns, line)).toEqual({
      line: '{"_kafka":{"offset":3},"big":-0,"new":12345678901234567890,"_sluice":{"rescued":{"N":"c-7","place":{"n":1.50}}}}',
      columns: ['N', 'place'],
    });
    expect(rescuedRow(columns, '{"n":{}}').line).toBe('{"_sluice":{"rescued":{"N":{}}}}');
  });

  it('is the line itself where all fits, and where it is not an object', () => {
    for (const line of ['{"n":"12","place":null}', '{}', '[1]', 'not JSON', ''])
      expect(rescuedRow(columns, line)).toEqual({ line, columns: [] });
  });
});
