import { expect, it } from 'vitest';
import { readCursor, writeCursor, type StreamPosition } from './cursor.ts';

const origin = 'https://api.x.com/2';
const position: StreamPosition = {
  origin,
  newestId: '1346889436626259968',
  heardMs: 1_767_225_599_123,
  count: { month: '2026-11', posts: 12 },
  gaps: [
    {
      fromMs: 1,
      toMs: 2,
      reason: 'SILENCE',
      detail: null,
      attempts: 3,
      by: 'SEARCH',
      sinceId: '5',
      untilId: '7',
      query: 0,
      recovered: 4,
    },
  ],
  seen: ['1346889436626259968', '1346889436626259967', '9223372036854775807', '20'],
};

it('holds everything, ids exactly', () => {
  expect(readCursor(writeCursor(position), origin)).toEqual({
    ...position,
    seen: ['20', '1346889436626259967', '1346889436626259968', '9223372036854775807'],
  });
});

it('with the ids of a busy minute takes few bytes', () => {
  const seen = Array.from({ length: 2000 }, (_, index) => String(1_346_889_436_626_259_968n + (BigInt(index) << 26n)));
  expect(writeCursor({ ...position, seen }).length).toBeLessThan(16_000);
});

it.each([
  undefined,
  '',
  'x',
  '{}',
  '{"kind":"replay"}',
  '{"kind":"stream","origin":"https://api.x.com/2","newestId":"x","heardMs":1}',
])('is not made of %j', (text) => expect(readCursor(text, origin)).toBeUndefined());

it('of another address is ignored: a search for the time since a simulator was read would cost money', () =>
  expect(readCursor(writeCursor(position), 'https://localhost:1/2')).toBeUndefined());
