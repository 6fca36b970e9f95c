import { describe, expect, it } from 'vitest';
import { tweetGenerator } from '../world/tweet-generator.ts';
import type { SimulatedTweet } from '../world/simulated-tweet.ts';
import { InvalidQuery, parseQuery } from './query.ts';

const any = tweetGenerator(1)(Date.parse('2026-11-21T12:00:00Z'));
const post = (text: string, language = 'en'): SimulatedTweet => ({ ...any, text, language });
const repost = { ...post('RT bts'), reference: { type: 'retweeted', tweet: any } } satisfies SimulatedTweet;

describe('a query', () => {
  it.each<[string, SimulatedTweet, boolean]>([
    ['bts', post('I love #BTS!'), true],
    ['bts', post('robts'), false],
    ['아이돌', post('요즘 아이돌이'), true],
    ['"breaking news"', post('Breaking: news'), true],
    ['"breaking news"', post('news breaking'), false],
    ['bts game', post('bts'), false],
    ['(bts OR game) lang:en', post('game'), true],
    ['(bts OR game) lang:en', post('game', 'ko'), false],
    ['bts -is:retweet', repost, false],
    ['bts is:retweet', repost, true],
    ['bts -"bad word"', post('bts bad word'), false],
    ['bts OR game data', post('bts'), true],
  ])('%s', (query, tweet, matches) => expect(parseQuery(query, 512)(tweet)).toBe(matches));

  it.each(['', '(bts', 'bts)', 'bts OR', 'lang:ko', '-is:retweet', 'foo:bar', '"open', '""', 'x'.repeat(513)])(
    'is refused: %j',
    (query) => expect(() => parseQuery(query, 512)).toThrow(InvalidQuery),
  );
});
