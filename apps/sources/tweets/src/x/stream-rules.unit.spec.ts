import { describe, expect, it } from 'vitest';
import { ruleChanges } from './rule-changes.ts';
import { searchQueries, streamRules, type RuleOptions } from './stream-rules.ts';

const options: RuleOptions = {
  keywords: ['bts', '아이돌', 'breaking news'],
  languages: [],
  reposts: true,
  longest: 512,
  most: 25,
};
const values = (more: Partial<RuleOptions>) => streamRules({ ...options, ...more }).map(({ value }) => value);

describe('rules', () => {
  it('are one for each keyword, tagged with it, so that X says which matched', () => {
    expect(streamRules(options)).toEqual([
      { value: 'bts', tag: 'sluice:bts', keywords: ['bts'] },
      { value: '아이돌', tag: 'sluice:아이돌', keywords: ['아이돌'] },
      { value: '"breaking news"', tag: 'sluice:breaking news', keywords: ['breaking news'] },
    ]);
  });

  it('have the languages, and no retweets where none are wanted', () => {
    expect(values({ keywords: ['bts'], languages: ['ko'], reposts: false })).toEqual(['bts lang:ko -is:retweet']);
    expect(values({ keywords: ['bts'], languages: ['ko', 'ja'] })).toEqual(['bts (lang:ko OR lang:ja)']);
  });

  it('quote what the rule language would read as something else', () => {
    expect(values({ keywords: ['OR', 'is:retweet', '-bts', 'say "hi"', 'a)', '#bts', '$TWTR'] })).toEqual([
      '"OR"',
      '"is:retweet"',
      '"-bts"',
      '"say \\"hi\\""',
      '"a)"',
      '#bts',
      '$TWTR',
    ]);
  });

  it('share keywords where the plan has too few, each within the length', () => {
    const keywords = Array.from({ length: 100 }, (_, index) => `keyword${index}`);
    const rules = streamRules({ ...options, keywords, languages: ['ko'], longest: 256, most: 25 });
    expect(rules.length).toBeLessThan(10);
    expect(rules.flatMap((rule) => rule.keywords)).toEqual(keywords);
    for (const { value } of rules) expect(value.length).toBeLessThanOrEqual(256);
    expect(new Set(rules.map(({ tag }) => tag)).size).toBe(rules.length);
    expect(rules[0]?.value).toMatch(/^\(keyword0 OR keyword1 OR .*\) lang:ko$/);
  });

  it('say what to do where they do not fit', () => {
    expect(() => values({ keywords: ['x'.repeat(600)] })).not.toThrow();
    expect(() => values({ keywords: ['x'.repeat(600), 'y'], most: 1 })).toThrow(/X_RULE_LENGTH/);
    const keywords = Array.from({ length: 100 }, (_, index) => `keyword${index}`);
    expect(() => values({ keywords, longest: 64, most: 3 })).toThrow(/needs \d+ rules .* X_RULES is 3/);
  });

  it('as searches are as few as can be', () => {
    expect(searchQueries(options)).toEqual(['(bts OR 아이돌 OR "breaking news")']);
  });
});

describe('changes of rules', () => {
  const wanted = streamRules(options);
  const [bts, idol, news] = wanted.map(({ value, tag }, index) => ({ id: String(index), value, tag }));

  it('are empty where all rules are right', () => {
    expect(
      ruleChanges(
        wanted,
        [bts, idol, news].flatMap((rule) => rule ?? []),
      ),
    ).toMatchObject({
      replaced: [],
      added: [],
      stale: [],
      kept: 3,
    });
  });

  it('add what is missing, and remove what is ours and no longer wanted', () => {
    const stale = { id: '9', value: 'old', tag: 'sluice:old' };
    expect(ruleChanges(wanted, [...(bts ? [bts] : []), stale])).toMatchObject({
      replaced: [],
      added: wanted.slice(1),
      stale: ['9'],
      kept: 1,
    });
  });

  it("leave alone others' rules, and rules without a tag", () => {
    const others = [
      { id: '7', value: 'old', tag: 'research' },
      { id: '8', value: 'older' },
    ];
    expect(ruleChanges([], others)).toMatchObject({ replaced: [], stale: [] });
  });

  it('first remove a rule of ours that has the same value under another tag, as X takes a value only once', () => {
    expect(ruleChanges(wanted.slice(0, 1), [{ id: '5', value: 'bts', tag: 'sluice:1 bts, x' }])).toMatchObject({
      replaced: ['5'],
      added: wanted.slice(0, 1),
      stale: [],
    });
  });
});
