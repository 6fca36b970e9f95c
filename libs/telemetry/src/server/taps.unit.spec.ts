import { expect, it } from 'vitest';
import { createTaps } from './taps.ts';

it('makes nothing while no one watches', () => {
  const taps = createTaps();
  expect(taps.isOpen).toBe(false);
  taps.show(() => {
    throw new Error('made');
  });
  const end = taps.watch(1, () => {});
  expect(taps.isOpen).toBe(true);
  end();
  expect(taps.isOpen).toBe(false);
});

it('shows each watcher as many as its rate admits, and how many passed', async () => {
  const taps = createTaps();
  const lines: { n: number; passed: number }[] = [];
  taps.watch(2, (line) => void lines.push(JSON.parse(line) as { n: number; passed: number }));
  // The beginning of a second.
  await new Promise((resolve) => setTimeout(resolve, 1_000 - (performance.now() % 1_000) + 20));
  for (let n = 0; n < 10; n++) taps.show(() => JSON.stringify({ n }));
  expect(lines).toEqual([
    { n: 0, passed: 1 },
    { n: 1, passed: 1 },
  ]);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  taps.show(() => '{"n":10}');
  expect(lines.at(-1)).toEqual({ n: 10, passed: 9 });
});
