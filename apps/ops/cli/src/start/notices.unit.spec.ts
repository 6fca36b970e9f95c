import { expect, it } from 'vitest';
import { createNotices, type Notice } from './notices.ts';

it('counts lines that differ only in numbers as one kind, with the last text, the newest first', () => {
  const heard: Notice[] = [];
  let now = 0;
  const notices = createNotices(
    (notice) => heard.push(notice),
    () => now++,
  );
  notices.note('gcs', 'no answer for 5 s');
  notices.note('elasticsearch', 'no answer for 5 s');
  notices.note('gcs', 'no answer for 12 s');
  expect(notices.lines).toBe(3);
  expect(notices.newest.map(({ from, text, count, lastMs }) => [from, text, count, lastMs])).toEqual([
    ['gcs', 'no answer for 12 s', 2, 2],
    ['elasticsearch', 'no answer for 5 s', 1, 1],
  ]);
  expect(heard.map(({ count }) => count)).toEqual([1, 1, 2]);
});

it('keeps a bounded number of kinds', () => {
  const notices = createNotices(() => {});
  for (let at = 0; at < 1000; at++) notices.note('gcs', `kind ${String.fromCharCode(0x4e00 + at)}`);
  expect(notices.newest).toHaveLength(100);
  expect(notices.lines).toBe(1000);
});
