import { expect, test } from 'vitest';
import { seldom } from './seldom.ts';

test('a line is passed on again only after a while, and others are not held back by it', () => {
  const lines: string[] = [];
  let now = 0;
  const say = seldom(
    (line) => void lines.push(`${now} ${line}`),
    60,
    () => now,
  );
  for (now = 0; now < 150; now += 10) {
    say('refused');
    if (now === 30) say('away');
  }
  expect(lines).toEqual(['0 refused', '30 away', '60 refused', '120 refused']);
});
