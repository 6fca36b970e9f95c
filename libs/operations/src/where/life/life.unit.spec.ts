import { expect, it } from 'vitest';
import { lifeOf } from './life.ts';

const at = (atMs: number) => ({ atMs, basis: 'a test' });

it('the life of an event has its steps in order of time, and the times between them add up', () => {
  const life = lifeOf({
    happened: at(1_000),
    acknowledged: at(1_250),
    indexed: at(9_000),
    object: at(5_000),
    row: at(65_000),
  });
  expect(life.steps.map(({ name, sinceMs }) => [name, sinceMs])).toEqual([
    ['happened', 0],
    ['acknowledged', 250],
    ['object', 3_750],
    ['indexed', 4_000],
    ['row', 56_000],
  ]);
  expect(life.totalMs).toBe(64_000);
  expect(life.steps.reduce((sum, { sinceMs }) => sum + sinceMs, 0)).toBe(life.totalMs);
});

it('a step whose time is not known is left out with its reason, and the others still add up', () => {
  const life = lifeOf({
    happened: at(1_000),
    acknowledged: at(1_000),
    indexed: { why: 'the commit is not kept any more' },
    object: at(5_000),
    row: { why: 'not yet loaded' },
  });
  expect(life.unknown).toEqual([
    { name: 'indexed', why: 'the commit is not kept any more' },
    { name: 'row', why: 'not yet loaded' },
  ]);
  expect(life.steps.map(({ name }) => name)).toEqual(['happened', 'acknowledged', 'object']);
  expect(life.steps.reduce((sum, { sinceMs }) => sum + sinceMs, 0)).toBe(life.totalMs);
});
