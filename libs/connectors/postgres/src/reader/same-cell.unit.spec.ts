import { describe, expect, it } from 'vitest';
import { sameCell } from './same-cell.ts';

describe('a cell holds what its field says', () => {
  it.each<[type: string, cell: string | null, value: unknown]>([
    ['text', null, null],
    ['text', null, undefined],
    ['text', 'a', 'a'],
    ['bigint', '9007199254740993', '9007199254740993'],
    ['bigint', '7', 7],
    ['numeric(10,2)', '12.50', '12.5'],
    ['numeric', '7', 7],
    ['double precision', 'NaN', 'NaN'],
    ['double precision', '1e+21', 1e21],
    ['boolean', 'true', true],
    ['bytea', 'YWJj\nZGVm', 'YWJjZGVm'],
    ['date', '2026-03-05', '2026-03-05'],
    ['time without time zone', '01:02:03', '01:02:03.000'],
    ['timestamp with time zone', '2026-03-05 01:02:03.12+00', '2026-03-05T01:02:03.120Z'],
    ['timestamp without time zone', '2026-03-05 01:02:03', '2026-03-05T01:02:03.000000'],
    ['jsonb', '{"b": [1, 1000000000000000000000], "a": null}', { a: null, b: [1, 1e21] }],
  ])('%s %s: %j', (type, cell, value) => expect(sameCell(type, cell, value)).toBe(true));
});

describe('a cell differs', () => {
  it.each<[type: string, cell: string | null, value: unknown]>([
    ['text', null, ''],
    ['text', 'a', null],
    ['bigint', '9007199254740992', '9007199254740993'],
    ['double precision', '1.5', 'NaN'],
    ['timestamp with time zone', '2026-03-05 01:02:03+00', '2026-03-05T01:02:04.000Z'],
    ['jsonb', '{"a": 1}', { a: 1, b: null }],
    ['jsonb', '[1]', [2]],
    ['jsonb', '"1"', 1],
  ])('%s %s: %j', (type, cell, value) => expect(sameCell(type, cell, value)).toBe(false));
});
