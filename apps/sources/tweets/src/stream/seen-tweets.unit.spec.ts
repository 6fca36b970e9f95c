import { expect, it } from 'vitest';
import { SeenTweets } from './seen-tweets.ts';

it('knows an id that was added, as long as it has room', () => {
  const seen = new SeenTweets(3);
  expect(['1', '2', '1', '3', '4', '2', '1'].map((id) => seen.add(id))).toEqual([
    true,
    true,
    false,
    true,
    true,
    false,
    true,
  ]);
});

it('gives the newest as they were at a moment, without those that have been overwritten', () => {
  const seen = new SeenTweets(4);
  for (const id of ['1', '2', '3']) seen.add(id);
  const { count } = seen;
  expect(seen.newest(2, count)).toEqual(['2', '3']);
  for (const id of ['4', '5', '6']) seen.add(id);
  expect(seen.newest(10, count)).toEqual(['3']);
  expect(seen.newest(10, seen.count)).toEqual(['3', '4', '5', '6']);
});
