import { DatabaseError } from 'pg';
import { describe, expect, it } from 'vitest';
import { refusalOf } from './refusal.ts';

const error = (code: string, message: string, more: { column?: string; constraint?: string } = {}) =>
  Object.assign(new DatabaseError(message, 0, 'error'), { code, ...more });

describe('what PostgreSQL refuses', () => {
  it.each<[DatabaseError, string]>([
    [
      error('22P05', 'unsupported Unicode escape sequence'),
      'PostgreSQL refuses it: 22P05 unsupported Unicode escape sequence',
    ],
    [
      error('22P02', 'invalid input syntax for type integer: "SECRET"'),
      'PostgreSQL refuses it: 22P02 invalid input syntax for type integer',
    ],
    [
      error('22003', 'value "99" is out of range for type integer'),
      'PostgreSQL refuses it: 22003 value "…" is out of range for type integer',
    ],
    [
      error('22P02', 'a value with a "quote" and an open "SEC'),
      'PostgreSQL refuses it: 22P02 a value with a "…" and an open "…"',
    ],
    [
      error('23502', 'null value in column "a" of relation "t" violates not-null constraint', { column: 'a' }),
      'PostgreSQL refuses it: 23502 null value in column "…" of relation "…" violates not-null constraint (column a)',
    ],
    [error('P0001', 'SECRET'), 'PostgreSQL refuses it: P0001, by a trigger'],
  ])('is said without a value: %s', (refused, reason) => expect(refusalOf(refused)).toBe(reason));

  it.each([
    error('23514', 'no partition of relation "t" found for row'),
    error('40P01', 'deadlock detected'),
    error('42703', 'column "a" does not exist'),
    error('53100', 'could not extend file: No space left on device'),
    error('57P01', 'terminating connection due to administrator command'),
    new Error('Connection terminated unexpectedly'),
  ])('is not %s', (other) => expect(refusalOf(other)).toBeUndefined());
});
