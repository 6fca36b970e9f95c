import { expect, it } from 'vitest';
import { matchedKeywords } from './matched-keywords.ts';

it.each([
  ['BTS is back', ['bts']],
  ['I love #BTS!', ['bts']],
  ['@bts_official', []],
  ['objects', []],
  ['방탄 bts는 최고', ['bts']],
  ['ＢＴＳ', ['bts']],
  ['요즘 아이돌이 좋아', ['아이돌']],
  ['남자아이돌 데뷔', ['아이돌']],
  ['breaking  news', []],
  ['Breaking news today', ['breaking news']],
  ['gamedata', []],
  ['game data', ['data']],
  ['', []],
])('%j has %j', (text, found) => {
  expect(matchedKeywords(['bts', '아이돌', 'breaking news', 'data'], { text, links: [] })).toEqual(found);
});

it('looks into links, as X does', () => {
  const links = [{ url: 'https://example.com/data', title: 'BTS: the tour', description: null }];
  expect(matchedKeywords(['bts', 'data', 'news'], { text: '', links })).toEqual(['bts', 'data']);
});

it.each(['#', '@', '$'])('finds nothing by a keyword that is only %j', (sign) =>
  expect(matchedKeywords([sign], { text: 'game', links: [] })).toEqual([]),
);

it('finds a hashtag without its sign', () =>
  expect(matchedKeywords(['#bts'], { text: 'bts', links: [] })).toEqual(['#bts']));
