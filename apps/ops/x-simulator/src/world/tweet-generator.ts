import { cities, phrases, shares, type Phrases } from './phrases.ts';
import { seededRandom, type Random } from '@sluice/random';
import type { Person, SimulatedTweet } from './simulated-tweet.ts';

const snowflakeEpochMs = 1_288_834_974_657;
const people = 500;
/** Reposts, quotes, replies and edits refer to one of this many posts before. */
const recentPosts = 200;

/**
 * Makes up posts, the same ones for the same seed. The mix of languages, lengths, reposts, quotes, replies, edits and attachments is
 * like that of the real stream; a fifth matches no keyword.
 */
export function tweetGenerator(seed: number): (timeMs: number) => SimulatedTweet {
  const random = seededRandom(seed);
  const newId = idGenerator(random);
  const recent: SimulatedTweet[] = [];
  return (timeMs) => {
    const before = recent[random.below(recent.length)];
    const kind = random.next();
    const canEdit = before !== undefined && before.versions.length < 5 && before.reference?.type !== 'retweeted';
    const tweet =
      before === undefined || kind < 0.57 || before.reference !== undefined
        ? freshTweet(random, newId, timeMs)
        : kind < 0.6 && canEdit
          ? edit(before, newId(timeMs), timeMs)
          : referTo(before, random, freshTweet(random, newId, timeMs));
    recent.push(tweet);
    if (recent.length > recentPosts) recent.shift();
    return tweet;
  };
}

/** Snowflakes: the time, and a number that grows. */
function idGenerator(random: Random): (timeMs: number) => string {
  let lastId = 0n;
  return (timeMs) => {
    const first = BigInt(Math.floor(timeMs) - snowflakeEpochMs) << 22n;
    lastId = first > lastId ? first + BigInt(random.below(4096)) : lastId + 1n;
    return String(lastId);
  };
}

function pickLanguage(random: Random): Phrases {
  let rest = random.next();
  return phrases.find((_, index) => (rest -= shares[index] ?? 0) < 0) ?? random.pick(phrases);
}

const sentence = (random: Random, { topics, sentences, idle }: Phrases): string =>
  random.chance(0.2) ? random.pick(idle) : random.pick(sentences).replaceAll('{}', random.pick(topics));

function freshTweet(random: Random, newId: (timeMs: number) => string, timeMs: number): SimulatedTweet {
  const language = pickLanguage(random);
  const parts = [sentence(random, language)];
  // A long post.
  if (random.chance(0.04)) for (let length = 0; length < 12; length++) parts.push(sentence(random, language));
  const id = newId(timeMs);
  const link = random.chance(0.15) ? linkOf(random.below(1e9)) : undefined;
  const isVideo = random.chance(0.3);
  return {
    id,
    timeMs,
    language: language.language,
    text: [...parts, ...(link ? [link.url] : [])].join(' '),
    author: personOf(random.below(people)),
    versions: [id],
    ...(link && { link }),
    ...(random.chance(0.15) && { media: mediaOf(id, isVideo) }),
    ...(random.chance(0.04) && { city: random.pick(cities) }),
    ...(random.chance(0.005) && { withheldIn: ['DE', 'FR'] }),
    sensitive: random.chance(0.02),
    deleted: random.chance(0.01),
  };
}

/** Makes a fresh post a repost, a quote or a reply. */
function referTo(tweet: SimulatedTweet, random: Random, fresh: SimulatedTweet): SimulatedTweet {
  const type = random.pick(['retweeted', 'retweeted', 'quoted', 'replied_to']);
  const reference = { type, tweet };
  if (type !== 'retweeted') return { ...fresh, reference };
  const { id, timeMs, author, versions, sensitive, deleted } = fresh;
  const { language, text } = tweet;
  return { id, timeMs, author, versions, sensitive, deleted, language, text, reference };
}

/** An edit keeps what the post is, and says more. */
const edit = (before: SimulatedTweet, id: string, timeMs: number): SimulatedTweet => ({
  ...before,
  id,
  timeMs,
  text: `${before.text} (edit)`,
  versions: [...before.versions, id],
  deleted: false,
});

function mediaOf(id: string, isVideo: boolean): SimulatedTweet['media'] & object {
  const key = `${isVideo ? 7 : 3}_${id}`;
  return {
    key,
    type: isVideo ? 'video' : 'photo',
    url: `https://media.invalid/${key}.jpg`,
    width: 1200,
    height: 675,
  };
}

function personOf(number: number): Person {
  const random = seededRandom(number + 1);
  return {
    id: String(1_000_000_000 + number),
    username: `synthetic_${number}`,
    name: `Synthetic ${number} ✨`,
    createdMs: Date.UTC(2010 + random.below(14), random.below(12), 1 + random.below(28)),
    followers: Math.floor(10 ** (random.next() * 6)),
    following: random.below(3000),
    verified: random.chance(0.05),
  };
}

function linkOf(number: number): SimulatedTweet['link'] & object {
  const code = number.toString(36);
  return {
    url: `https://t.co/${code}`,
    expanded: `https://example.invalid/articles/${code}`,
    title: `Article ${code}`,
  };
}
