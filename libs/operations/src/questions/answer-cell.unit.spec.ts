import { expect, it } from 'vitest';
import { cellOf, type AnswerCell } from './answer-cell.ts';

it.each<[string, 'time' | 'text' | 'number', unknown, AnswerCell]>([
  ["BigQuery's number", 'number', '1234.5', 1234.5],
  ["Elasticsearch's number", 'number', 1234.5, 1234.5],
  ['a number that is none', 'number', 'NaN', null],
  ["BigQuery's time, in microseconds", 'time', '1774000000123456', '2026-03-20T09:46:40.123Z'],
  ["Elasticsearch's time, in milliseconds", 'time', 1774000000123, '2026-03-20T09:46:40.123Z'],
  ['a text', 'text', 'ko', 'ko'],
  ['a number as text', 'text', 7, '7'],
  ['nothing', 'number', null, null],
  ['no value', 'text', undefined, null],
])('%s becomes a cell', (_, type, value, cell) => {
  expect(cellOf({ name: 'a', title: 'A', type }, value)).toBe(cell);
});
