import { describe, expect, it } from 'vitest';
import { FilterSyntaxError } from './filter-syntax-error.ts';
import { parseFilter } from './parse-filter.ts';
import type { FilterSubject } from './test-condition.ts';

const kafka = {
  ...{ topic: 'tweets', partition: 2, offset: 1_234n, key: 'k-1', time: Date.parse('2026-11-21T10:00:00Z') },
  headers: { 'sluice-id': 'id-1' },
};
const document = {
  text: 'BTS 콘서트 in Séoul',
  lang: 'ko',
  retweet: false,
  likes: 12,
  id: '1234567890123456789',
  big: 9_007_199_254_740_993n,
  created_at: '2026-11-21T10:00:00.000Z',
  user: { name: 'ada', followers: 10 },
  tags: ['bts', 'jimin'],
  urls: [{ host: 'a.example' }, { host: 'b.example' }],
  nothing: null,
  and: 'a keyword',
  'odd name': 1,
};
const subject: FilterSubject = { document, kafka };
const matches = (text: string): boolean => parseFilter(text).matches(subject);

describe('a filter', () => {
  it.each([
    'lang = "ko"',
    "lang = 'ko'",
    'lang != "en"',
    'likes = 12',
    'likes >= 12 and likes <= 12.0',
    'likes > 3 and likes < 1e2',
    'big = 9007199254740993',
    'big > 9007199254740992',
    'id = 1234567890123456789',
    'user.name = "ada"',
    'user.followers > 9',
    'text contains "bts"',
    'text contains "séoul"',
    'text contains "콘서트"',
    String.raw`text matches "^BTS\s"`,
    'text matches "(?i)bts"',
    'tags = "jimin"',
    'tags contains "BT"',
    'tags.1 = "jimin"',
    'urls.host = "b.example"',
    'urls.1.host = "b.example"',
    'created_at > 2026-11-21',
    'created_at = 2026-11-21T10:00Z',
    'created_at < now',
    'created_at = 2026-11-21T19:00:00+09:00',
    'not retweet',
    'retweet = false',
    'nothing = null',
    'absent = null',
    'user.absent.deeper = null',
    'lang != null',
    'NOT (lang = "en" OR likes < 3) AND retweet = false',
    'lang = "en" or likes = 12 and retweet = false',
    '`and` = "a keyword"',
    '`odd name` = 1',
    '_kafka.partition = 2 and _kafka.offset >= 1234 and _kafka.key = "k-1"',
    '_kafka.time < 2026-11-22 and _kafka.headers.sluice-id = "id-1"',
  ])('holds: %s', (text) => expect(matches(text)).toBe(true));

  it.each([
    'lang = "en"',
    'likes = "12"',
    'likes < 12',
    'big = 9007199254740992',
    'lang > 3',
    'text matches "^bts"',
    'user contains "ada"',
    'tags.0 = "jimin"',
    'retweet',
    'nothing != null',
    'absent < 3',
    'absent contains ""',
    'not (lang = "ko")',
    '(lang = "en" or likes = 12) and retweet',
    'created_at > now-1s',
    '_kafka.headers.other = "id-1"',
  ])('does not hold: %s', (text) => expect(matches(text)).toBe(false));

  it('names the fields of the event that it asks for', () => {
    const { paths } = parseFilter('user.name = "a" and (likes > 1 or not user.name = "b") and _kafka.partition = 0');
    expect(paths).toEqual([['user', 'name'], ['likes']]);
  });

  it('takes linear time, whatever its pattern', () => {
    const { matches: holds } = parseFilter('text matches "^(a+)+$"');
    const startedMs = performance.now();
    expect(holds({ document: { text: `${'a'.repeat(5_000)}!` }, kafka })).toBe(false);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});

describe('a filter that cannot be read', () => {
  it.each([
    ['', 0, 'the filter is empty'],
    ['lang =', 6, 'a value is missing at the end'],
    ['lang = ko', 7, 'a text in quotation marks such as "ko"'],
    ['lang == "ko"', 5, 'write = to compare'],
    ['a = 1 && b = 2', 6, 'write and'],
    ['!retweet', 0, 'write not'],
    ['lang = "ko', 7, 'the closing quotation mark is missing'],
    ['(lang = "ko"', 12, 'a closing parenthesis is missing'],
    ['lang = "ko")', 11, 'this parenthesis closes nothing'],
    ['lang = "ko" text contains "x"', 12, '"and" or "or" is missing before text'],
    ['text contains 3', 14, 'contains needs a text in quotation marks'],
    ['text matches "(a"', 13, 'this is not a pattern'],
    ['retweet > true', 10, 'compare true with = or !='],
    ['and = 3', 0, 'write `and` in backticks'],
    ['lang = "ko" and', 15, 'a condition is missing at the end'],
    ['created_at > 2026-13-45', 13, 'there is no such time'],
    ['likes > 12abc', 8, 'neither a number nor a time'],
    ['likes > 3 %', 10, '% is not expected here'],
    [`${'('.repeat(200)}a${')'.repeat(200)}`, 100, 'nested more than 100 deep'],
  ])('says where and why: %s', (text, position, message) => {
    const error = refusalOf(text);
    expect(error.message).toContain(message);
    expect(error.position).toBe(position);
  });

  it('is shown with a caret under the mistake, also after wide characters and in a long expression', () => {
    expect(refusalOf('lang == "ko"').caret).toBe('lang == "ko"\n     ^');
    expect(refusalOf('text = "콘서트" x').caret).toBe('text = "콘서트" x\n        \u3000\u3000\u3000  ^');
    const long = `${'a = 1 and '.repeat(20)}b == 2 ${'and c = 3 '.repeat(20)}`;
    const [shown = '', caret = ''] = refusalOf(long).caret.split('\n');
    expect(shown).toHaveLength(72);
    expect(shown.slice(caret.length - 1)).toMatch(/^== 2 and/);
  });
});

function refusalOf(text: string): FilterSyntaxError {
  try {
    parseFilter(text);
  } catch (error) {
    if (error instanceof FilterSyntaxError) return error;
    throw error;
  }
  throw new Error('it can be read');
}
