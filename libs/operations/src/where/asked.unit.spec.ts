import { expect, it } from 'vitest';
import { askedPlace, placeText } from './asked.ts';

const topics = new Set(['tweets', 'host-metrics', 'tweets.dlq']);

it.each([
  ['tweets:3:481516', { topic: 'tweets', partition: 3, offset: 481516n, isId: false }],
  ['tweets.dlq:0:0', { topic: 'tweets.dlq', partition: 0, offset: 0n, isId: false }],
  ['host-metrics-1-17-0badcafe', { topic: 'host-metrics', partition: 1, offset: 17n, isId: true }],
])('%s names a place', (asked, found) => expect(askedPlace(asked, topics)).toEqual(found));

it.each(['tweets', 'tweets:3', 'nothing:3:17', 'web-1-1774000000', 'host-metrics-1-17-0badcaf', 'tweets:-1:3', ''])(
  '%j names no place',
  (asked) => expect(askedPlace(asked, topics)).toBeUndefined(),
);

it('a place is written as it is asked for', () => {
  const asked = 'tweets:3:481516';
  const found = askedPlace(asked, topics);
  expect(found && placeText(found)).toBe(asked);
});
