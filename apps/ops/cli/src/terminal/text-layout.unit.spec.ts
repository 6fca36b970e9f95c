import { expect, it } from 'vitest';
import { columnsOf, cutLine, wrappedLines } from './text-layout.ts';

it('wraps each line between words, with its own indentation', () => {
  const text = 'Correct these settings:\n  GCS_BUCKET must be a bucket name: letters, digits (gcs, 서울 버킷)';
  const lines = wrappedLines(text, 30).split('\n');
  expect(lines).toEqual([
    'Correct these settings:',
    '  GCS_BUCKET must be a bucket',
    '  name: letters, digits (gcs,',
    '  서울 버킷)',
  ]);
  for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(30);
  expect(wrappedLines(text, Infinity)).toBe(text);
});

it('cuts a line anywhere, also between wide characters', () => {
  expect(cutLine('{"text":"서울 버킷"}', 12)).toBe('{"text":"서…');
  expect(cutLine('{"text":"ab"}', 13)).toBe('{"text":"ab"}');
  expect(columnsOf(cutLine('서울서울서울', 6))).toBeLessThanOrEqual(6);
});
