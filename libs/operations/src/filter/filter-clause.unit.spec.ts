import { tweet } from '@sluice/contracts';
import { expect, it } from 'vitest';
import { filterClause, tailCommand } from './filter-clause.ts';
import { parseFilter } from './parse-filter.ts';
import { unknownPaths } from './unknown-paths.ts';

const kafka = { topic: 'tweets', partition: 0, offset: 0n, key: null, time: 0, headers: {} };

it.each<[(string | number)[], unknown, unknown, string]>([
  [['lang'], 'ko', { lang: 'ko' }, 'lang = "ko"'],
  [['text'], 'say "hi" \\ bye', { text: 'say "hi" \\ bye' }, String.raw`text = "say \"hi\" \\ bye"`],
  [['urls', 1, 'host'], 'b', { urls: [{ host: 'a' }, { host: 'b' }] }, 'urls.host = "b"'],
  [['likes'], 12, { likes: 12 }, 'likes = 12'],
  [['ok'], true, { ok: true }, 'ok = true'],
  [['odd name', 'x'], null, {}, '`odd name`.x = null'],
  [['user'], {}, { user: { name: 'a' } }, 'user != null'],
  [['not'], 1, { not: 1 }, '`not` = 1'],
])('a click on %j %j adds a condition that the event meets', (path, value, document, text) => {
  const clause = filterClause(path, value);
  expect(clause).toBe(text);
  expect(parseFilter(clause).matches({ document, kafka })).toBe(true);
});

it('gives the command that shows the same, quoted for a shell', () => {
  expect(tailCommand('tweets')).toBe('sluice tail tweets');
  expect(tailCommand('tweets', `text = "it's"`)).toBe(String.raw`sluice tail tweets --filter 'text = "it'\''s"'`);
});

it('names the fields that a contract lacks, with the nearest one', () => {
  expect(unknownPaths(parseFilter('txet contains "bts" and lang = "ko"'), tweet)).toEqual([
    { path: 'txet', suggestion: 'text' },
  ]);
  expect(unknownPaths(parseFilter('text contains "bts" and zzzzzz = 1'), tweet)).toEqual([
    { path: 'zzzzzz', suggestion: undefined },
  ]);
});
