import { cities, phrases, shares, type Phrases } from './phrases.ts';
import { seededRandom } from '@sluice/random';
import type { Person, SimulatedTweet } from './simulated-tweet.ts';

const snowflakeEpochMs = 1_288_834_974_657;
const people = 500;
/** Others refer to one of so many posts before. */
const recentPosts = 200;

/**
 * Makes posts up, the same ones for the same seed: the mix of languages, lengths, reposts, quotes, replies, edits and attachments is
 * like that of the real stream, and every fifth is about nothing that is looked for.
 */
export function tweetGenerator(seed: number): (timeMs: number) => SimulatedTweet {
  const random = seededRandom(seed);
  const recent: SimulatedTweet[] = [];
  let lastId = 0n;

  const newId = (timeMs: number): string => {
    const first = BigInt(Math.floor(timeMs) - snowflakeEpochMs) << 22n;
    lastId = first > lastId ? first + BigInt(random.below(4096)) : lastId + 1n;
    return String(lastId);
  };

  const sentence = ({ topics, sentences, idle }: Phrases): string =>
    random.chance(0.2) ? random.pick(idle) : random.pick(sentences).replaceAll('{}', random.pick(topics));

  const language = (): Phrases => {
    let rest = random.next();
    return phrases.find((_, index) => (rest -= shares[index] ?? 0) < 0) ?? random.pick(phrases);
  };

  const fresh = (timeMs: number): SimulatedTweet => {
    const own = language();
    const parts = [sentence(own)];
    // A long post.
    if (random.chance(0.04)) for (let length = 0; length < 12; length++) parts.push(sentence(own));
    const id = newId(timeMs);
    const link = random.chance(0.15) ? linkOf(random.below(1e9)) : undefined;
    const isVideo = random.chance(0.3);
    const key = `${isVideo ? 7 : 3}_${id}`;
    return {
      id,
      timeMs,
      language: own.language,
      text: [...parts, ...(link ? [link.url] : [])].join(' '),
      author: personOf(random.below(people)),
      versions: [id],
      ...(link && { link }),
      ...(random.chance(0.15) && {
        media: {
          key,
          type: isVideo ? 'video' : 'photo',
          url: `https://media.invalid/${key}.jpg`,
          width: 1200,
          height: 675,
        },
      }),
      ...(random.chance(0.04) && { city: random.pick(cities) }),
      ...(random.chance(0.005) && { withheldIn: ['DE', 'FR'] }),
      sensitive: random.chance(0.02),
      deleted: random.chance(0.01),
    };
  };

  const referring = (timeMs: number, tweet: SimulatedTweet): SimulatedTweet => {
    const own = fresh(timeMs);
    const type = random.pick(['retweeted', 'retweeted', 'quoted', 'replied_to']);
    const reference = { type, tweet };
    if (type !== 'retweeted') return { ...own, reference };
    const { id, author, versions, sensitive, deleted } = own;
    const { language: of, text } = tweet;
    return { id, timeMs, author, versions, sensitive, deleted, language: of, text, reference };
  };

  /** An edit keeps what the post is, and says more. */
  const edited = (timeMs: number, before: SimulatedTweet): SimulatedTweet => {
    const id = newId(timeMs);
    return { ...before, id, timeMs, text: `${before.text} (edit)`, versions: [...before.versions, id], deleted: false };
  };

  return (timeMs) => {
    const before = recent[random.below(recent.length)];
    const kind = random.next();
    const canEdit = before !== undefined && before.versions.length < 5 && before.reference?.type !== 'retweeted';
    const tweet =
      before === undefined || kind < 0.57 || before.reference !== undefined
        ? fresh(timeMs)
        : kind < 0.6 && canEdit
          ? edited(timeMs, before)
          : referring(timeMs, before);
    recent.push(tweet);
    if (recent.length > recentPosts) recent.shift();
    return tweet;
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
