import type { BenchTweet } from './bench-tweet.ts';

const words =
  'bts 아이돌 music dance tour tickets army 방탄소년단 Jungkook dynamite butter love stage live video album charts billboard 부동산 news game data stream seoul'.split(
    ' ',
  );
const languages = ['ko', 'en', 'ja', null];

/** A generator of tweets, the same for each seed. */
export function randomTweets(seed: number): (index: number, createdAt: Date) => BenchTweet {
  let state = seed;
  /** The linear congruential generator of POSIX' rand: quick, and good enough for text. */
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state % limit;
  };
  const word = () => words[below(words.length)] ?? '';
  return (index, createdAt) => ({
    id: String(1_400_000_000_000_000_000n + BigInt(index)),
    text: Array.from({ length: 18 }, word).join(' '),
    created_at: createdAt,
    lang: languages[below(4)] ?? null,
    author_id: String(below(1e6)),
    author: {
      username: `user${below(1e6)}`,
      name: `Name ${below(1000)}`,
      followers: below(1e6),
      verified: below(10) === 0,
    },
    retweet_count: below(1e4),
    reply_count: below(100),
    like_count: below(1e5),
    quote_count: below(50),
    hashtags: [word(), word()],
    mentions: below(2) === 1 ? [`u${below(1000)}`] : [],
    source: 'web',
    possibly_sensitive: false,
    conversation_id: String(below(1e9)),
  });
}
