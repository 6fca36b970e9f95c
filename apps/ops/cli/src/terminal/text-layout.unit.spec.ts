import { expect, it } from 'vitest';
import { columnsOf, wrappedLines } from './text-layout.ts';

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
