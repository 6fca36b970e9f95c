import { expect, it } from 'vitest';
import { progressLine } from './progress.ts';

it('shows a bar where the total is known', () => {
  expect(progressLine('tweets', 1_000, 4_000)).toBe('██████░░░░░░░░░░░░░░░░░░  25 %  tweets: 1,000 of 4,000');
  expect(progressLine('tweets', 5_000, 4_000)).toMatch(/^█{24} 100 %/);
  expect(progressLine('kafka', 30, 120, 'MB')).toMatch(/ 25 %  kafka: 30 of 120 MB$/);
  expect(progressLine('tweets', 1_000)).toBe('tweets: 1,000');
});
