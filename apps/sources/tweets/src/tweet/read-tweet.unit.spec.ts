import { tweet as contract } from '@sluice/contracts';
import avsc from 'avsc';
import { describe, expect, it } from 'vitest';
import { v1Line, v2Line } from '../testing/delivered-lines.ts';
import { readPosts } from './read-posts.ts';
import type { TweetContent } from './tweet-content.ts';
import { UnreadableTweet } from './unreadable-tweet.ts';

function contentOf(value: unknown): TweetContent {
  const read = readPosts(Buffer.from(JSON.stringify(value)));
  if ('notice' in read) throw new Error(`a notice: ${read.notice}`);
  const [post] = read.posts;
  if (post === undefined || 'reason' in post) throw new UnreadableTweet(post?.reason ?? 'no post');
  return post.content;
}

const withData = (more: object) => ({ ...v2Line, data: { ...v2Line.data, ...more } });

describe('a post of API v2', () => {
  it('has all that people search and count as fields', () => {
    expect(contentOf(v2Line)).toEqual({
      id: '1346889436626259968',
      created_at: new Date('2021-01-06T18:40:40.123Z'),
      text: 'RT @XDevelopers: Learn how to use the user Tweet timeline and user mention timeline endpoints, in full.',
      language: 'en',
      author: {
        id: '2244994945',
        username: 'suhemparack',
        name: 'Suhem',
        description: null,
        location: null,
        verified: true,
        protected: null,
        created_at: new Date('2013-12-14T04:35:55Z'),
        followers_count: 583_423,
        following_count: 2048,
        tweet_count: 14_052,
        listed_count: 1672,
      },
      first_version_id: '1346889436626259967',
      version_ids: ['1346889436626259967', '1346889436626259968'],
      conversation_id: '1346889436626259968',
      replied_to_id: null,
      replied_to_user_id: '2244994945',
      quoted_id: null,
      reposted_id: '1346889436626250000',
      metrics: {
        repost_count: 1,
        reply_count: 2,
        like_count: 3,
        quote_count: 4,
        bookmark_count: 5,
        impression_count: 6,
      },
      hashtags: ['BTS', 'data'],
      cashtags: [],
      mentions: [{ username: 'XDevelopers', user_id: '2244994946' }],
      links: [{ url: 'https://example.com/a', title: 'A title', description: null }],
      topics: ['Business Taxonomy'],
      media: [
        {
          key: '3_1',
          type: 'photo',
          url: 'https://pbs.example/1.jpg',
          alt_text: 'A cat',
          width_pixels: 800,
          height_pixels: 600,
          duration_ms: null,
        },
      ],
      place: {
        id: '01a9a39529b27f36',
        full_name: 'Manhattan, NY',
        type: 'city',
        country: 'United States',
        country_code: 'US',
      },
      longitude: -73.99,
      latitude: 40.74,
      possibly_sensitive: false,
      reply_settings: 'everyone',
      source: 'Twitter Web App',
      withheld: { copyright: true, country_codes: ['XX'] },
      synthetic: false,
    });
  });

  it('says which rules it matched', () => {
    expect(readPosts(Buffer.from(JSON.stringify(v2Line)))).toMatchObject({ posts: [{ tags: ['sluice:data'] }] });
  });

  it('that is long has its whole text', () => {
    const { text } = contentOf(withData({ text: 'short…', note_tweet: { text: 'the whole' } }));
    expect(text).toBe('the whole');
  });

  it('is written with composed characters, by which it is searched', () => {
    expect(contentOf(withData({ text: '아이돌'.normalize('NFD') })).text).toBe('아이돌');
  });

  it.each([
    ['an author', { author_id: '1' }, { id: '1', username: null }],
    [
      'an author within it, as in flattened archives',
      { author: { id: '1', username: 'rm' } },
      { id: '1', username: 'rm' },
    ],
    ['no author, as X delivers it by default', {}, null],
  ])('needs no more than id and text: with %s', (_, more, author) => {
    const content = contentOf({ id: '1346889436626259968', text: 'x', ...more });
    expect(content).toMatchObject({ author, version_ids: ['1346889436626259968'] });
    expect(content.created_at).toEqual(new Date('2021-01-06T18:40:40.344Z'));
  });

  it('that a simulator made up says so', () => {
    expect(contentOf(withData({ source: 'x-simulator (synthetic)' })).synthetic).toBe(true);
  });
});

describe('a post of API v1.1', () => {
  it('has the same fields', () => {
    expect(contentOf(v1Line)).toMatchObject({
      id: '1050118621198921728',
      created_at: new Date('2018-10-10T20:19:24Z'),
      text: 'RT @TwitterAPI: To make room for more expression, we will now count all emojis as equal, in full.',
      author: {
        id: '6253282',
        username: 'TwitterAPI',
        followers_count: 6_172_353,
        following_count: 46,
        tweet_count: 3583,
      },
      replied_to_id: '12',
      replied_to_user_id: '13',
      quoted_id: '14',
      reposted_id: '1050118621198900000',
      metrics: { repost_count: 161, like_count: 296, reply_count: null },
      hashtags: ['아이돌'],
      cashtags: ['TWTR'],
      mentions: [{ username: 'TwitterAPI', user_id: '6253282' }],
      links: [{ url: 'https://example.com/emoji' }],
      media: [{ key: '7', type: 'video', width_pixels: 1200, duration_ms: 15_000 }],
      place: { id: 'c999', type: 'city', country_code: 'KR' },
      longitude: 126.97,
      latitude: 37.56,
      source: 'Twitter Web Client',
      withheld: { copyright: false, country_codes: ['DE'] },
      synthetic: false,
    });
  });

  it('of a stream has its whole text in its extension', () => {
    expect(
      contentOf({ ...v1Line, full_text: undefined, text: 'cut…', extended_tweet: { full_text: 'whole' } }).text,
    ).toBe('whole');
  });
});

describe('a post of API v1.1 whose ids are numbers only', () => {
  const line =
    '{"id":1397846280000000001,"created_at":"Wed Aug 15 10:00:00 +0000 2018","text":"x","user":{"id":2244994945000000001},' +
    '"in_reply_to_status_id":1397846270000000003,"quoted_status_id":null,"retweeted_status":{"id":1397846260000000005,"text":"y"}}';

  it.each([
    ['alone', line],
    ['in a list', `[${line}]`],
  ])('keeps every digit of them, %s', (_, text) => {
    const read = readPosts(Buffer.from(text));
    const [post] = 'posts' in read ? read.posts : [];
    expect(post).toMatchObject({
      original: line,
      content: {
        id: '1397846280000000001',
        author: { id: '2244994945000000001' },
        replied_to_id: '1397846270000000003',
        quoted_id: null,
        reposted_id: '1397846260000000005',
      },
    });
  });

  it('has a time by its id, and may have no author', () => {
    expect(contentOf({ id: 1346889436626259968, text: 'x' })).toMatchObject({
      created_at: new Date('2021-01-06T18:40:40.344Z'),
      author: null,
    });
  });
});

describe('a post whose fields are anything', () => {
  it.each([v2Line, v1Line])('fits the contract, whatever they are', (line) => {
    const type = avsc.Type.forSchema(structuredClone(contract.schema) as avsc.Schema, {
      logicalTypes: { 'timestamp-millis': Moment },
    });
    const junk: unknown[] = [null, 0, -1.5, 1e300, '', 'x', true, [], [1, null, {}], {}, { id: 3, users: 'x' }];
    const required = ['id', 'id_str', 'text', 'full_text', 'author_id', 'user', 'created_at', 'data'];
    /** Puts junk in the place of every value in turn. */
    const spoilt = function* (value: unknown): Generator<unknown> {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, inner] of Object.entries(value)) {
        const put = (one: unknown) => (Array.isArray(value) ? value.with(Number(key), one) : { ...value, [key]: one });
        if (!required.includes(key)) for (const one of junk) yield put(one);
        for (const one of spoilt(inner)) yield put(one);
      }
    };
    let count = 0;
    for (const value of spoilt(line)) {
      const content = contentOf(value);
      const whole = { ...content, matched_keywords: [], delivered_by: 'REPLAY', original: JSON.stringify(value) };
      type.isValid(whole, {
        errorHook: (path, any, of) => expect.fail(`${path.join('.')} ${JSON.stringify(any)} ${String(of)}`),
      });
      count++;
    }
    expect(count).toBeGreaterThan(500);
  });
});

class Moment extends avsc.types.LogicalType {
  override _fromValue(value: unknown) {
    return new Date(Number(value));
  }
  override _toValue(value: unknown) {
    return value instanceof Date ? value.getTime() : undefined;
  }
}

describe('a line that is not a post', () => {
  it.each([
    ['', 'it is not JSON'],
    ['{"data":', 'it is not JSON'],
    ['[]', 'it is an empty list'],
    ['5', 'it is JSON, but neither an object nor a list'],
    ['{}', 'it is JSON, but neither a post of API v2 nor one of v1.1'],
    ['{"data":{"id":"1"}}', 'it does not say when it was posted'],
    ['{"data":{"id":"x","text":"t","author_id":"1"}}', 'it has no id of a post'],
    [JSON.stringify(withData({ text: 5 })), 'it has no text'],
    ['{"id":12.5,"text":"x"}', 'it has no id of a post'],
    ['{"id_str":"12","full_text":"x"}', 'it does not say when it was posted'],
  ])('is refused with the reason: %s', (line, reason) => {
    expect(() => readPosts(Buffer.from(line))).toThrow(new UnreadableTweet(reason));
  });

  it.each([
    ['{"delete":{"status":{"id":1}}}', 'delete'],
    ['{"limit":{"track":5}}', 'limit'],
    ['{"errors":[{"title":"operational-disconnect","detail":"gone"}]}', 'errors'],
  ])('is known where X announces something: %s', (line, notice) =>
    expect(readPosts(Buffer.from(line))).toMatchObject({ notice }),
  );
});

describe('a page of posts', () => {
  const post = (id: string) => ({ id, text: `text ${id}`, author_id: '7', created_at: '2026-11-20T10:00:00.000Z' });
  const read = (value: unknown) => {
    const found = readPosts(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
    if ('notice' in found) throw new Error(`a notice: ${found.notice}`);
    return found.posts;
  };
  const users = [{ id: '7', name: 'Seven', username: 'seven' }];

  it.each([
    [
      'of a search, with errors about what is not in it',
      {
        data: [post('11'), post('12')],
        includes: { users },
        errors: [{ title: 'Not Found' }],
        meta: { result_count: 2 },
      },
    ],
    [
      'as a list of answers',
      [
        { data: post('11'), includes: { users } },
        { data: post('12'), includes: { users } },
      ],
    ],
    [
      'as a flattened archive',
      [
        { ...post('11'), author: users[0] },
        { ...post('12'), author: users[0] },
      ],
    ],
  ])('%s is each of its posts, with their authors', (_, value) => {
    expect(read(value).map((one) => 'content' in one && [one.content.id, one.content.author?.name])).toEqual([
      ['11', 'Seven'],
      ['12', 'Seven'],
    ]);
  });

  it('of v1.1 is each of its posts, and keeps numbers as they were written', () => {
    const status =
      '{"id":1397846280000000001,"id_str":"1397846280000000001","created_at":"Wed Aug 15 10:00:00 +0000 2018","text":"x","user":{"id_str":"7"}}';
    const [one] = read(`{"statuses":[${status}]}`);
    expect(one).toMatchObject({ content: { id: '1397846280000000001' }, original: status });
  });

  it('refuses only the part of it that is not a post', () => {
    const found = read({ data: [post('11'), { id: 'x' }, 5, post('12')] });
    expect(found.map((one) => ('reason' in one ? one.reason : one.content.id))).toEqual([
      '11',
      'it has no id of a post',
      'it is a part of a page, but not an object',
      '12',
    ]);
    expect(found[1]).toMatchObject({ bytes: Buffer.from('{"id":"x"}') });
  });

  it('without posts is not a page', () => {
    expect(readPosts(Buffer.from('{"meta":{"result_count":0}}'))).toMatchObject({ notice: 'empty page' });
    expect(readPosts(Buffer.from('{"data":[],"meta":{"result_count":0}}'))).toMatchObject({ notice: 'empty page' });
  });

  it('takes a byte order mark, and half a surrogate pair is counted', () => {
    const line = Buffer.from(
      `\ufeff{"data":{"id":"11","text":"a\\ud83d","author_id":"7","created_at":"2026-11-20T10:00:00Z"}}`,
    );
    expect(readPosts(line)).toMatchObject({ posts: [{ content: { text: 'a\ufffd' } }], replacedSurrogates: 1 });
  });
});

describe('what archives have otherwise', () => {
  it.each(['2026-02-30T10:00:00Z', '1 January 2026', '2026-01-01'])('a day that does not exist: %s', (created_at) => {
    const line = { data: { id: '1397846280000000001', text: 'x', author_id: '7', created_at } };
    expect(() => contentOf(line)).toThrow(new UnreadableTweet('created_at is not a time as X writes it'));
  });

  it('names versions up to the post itself', () => {
    const { version_ids, first_version_id } = contentOf(
      withData({ id: '12', edit_history_tweet_ids: ['11', '12', '13'] }),
    );
    expect([first_version_id, version_ids]).toEqual(['11', ['11', '12']]);
  });

  it('has a link once where only one of two entities says where it leads', () => {
    const url = { url: 'https://t.co/a', expanded_url: 'https://short.example/a' };
    const { links } = contentOf(
      withData({
        entities: { urls: [url, { ...url, unwound_url: 'https://example.com/whole' }] },
        referenced_tweets: [],
      }),
    );
    expect(links.map((link) => link.url)).toEqual(['https://example.com/whole']);
  });

  it('leaves out the link of a truncated text to itself', () => {
    const { links } = contentOf({
      ...v1Line,
      entities: {
        urls: [{ url: 'https://t.co/x', expanded_url: `https://twitter.com/i/web/status/${v1Line.id_str}` }],
      },
      extended_tweet: {
        full_text: 'the whole text https://t.co/y',
        entities: { urls: [{ url: 'https://t.co/y', expanded_url: 'https://example.com/y' }] },
      },
      retweeted_status: undefined,
    });
    expect(links.map((link) => link.url)).toEqual(['https://example.com/y']);
  });

  it('takes the whole text of a repost that stands within it', () => {
    const { text } = contentOf({
      ...{ id: '12', text: 'RT @seven: the first wor…', author_id: '7', created_at: '2026-11-20T10:00:00Z' },
      referenced_tweets: [{ type: 'retweeted', id: '11', text: 'the first words and the last' }],
    });
    expect(text).toBe('RT @seven: the first words and the last');
  });
});
