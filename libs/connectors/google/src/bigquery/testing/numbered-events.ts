import type { AvroField } from '@sluice/avro';

/** Fields of a test's contract, next to its id and time. */
export const note: AvroField = { name: 'note', type: ['null', 'string'], default: null };
export const number: AvroField = { name: 'n', type: 'long' };

/** Events that are a second apart and carry their number. @param more further fields of each */
export const events = (count: number, from = 0, more: object = {}) =>
  Array.from({ length: count }, (_, n) => ({
    id: `id-${from + n}`,
    time: new Date(Date.parse('2026-03-05T12:00:00Z') + (from + n) * 1000),
    n: from + n,
    ...more,
  }));

/** The numbers from one, up to the one before the other. */
export const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);
