import { shortTextLength, simulatorSource, type Person, type SimulatedTweet } from './simulated-tweet.ts';

type Json = Readonly<Record<string, unknown>>;

/** A post as API v2 gives it: `data`, and the objects that it refers to. */
export interface V2Form {
  data: Json;
  includes: { users: Json[]; tweets?: Json[]; media?: Json[]; places?: Json[] };
}

/** X cuts the text of a repost to this length. */
const repostTextLength = 140;

export function v2Form(tweet: SimulatedTweet): V2Form {
  const referred = tweet.reference?.tweet;
  const posts = [tweet, ...(referred === undefined ? [] : [referred])];
  const users = new Map(posts.map(({ author }) => [author.id, userOf(author)]));
  const media = posts.flatMap((post) => (post.media === undefined ? [] : [mediaOf(post.media)]));
  const places = posts.flatMap((post) => (post.city === undefined ? [] : [placeOf(post.city)]));
  return {
    data: dataOf(tweet),
    includes: {
      users: [...users.values()],
      ...(referred !== undefined && { tweets: [dataOf(referred)] }),
      ...(media.length > 0 && { media }),
      ...(places.length > 0 && { places }),
    },
  };
}

function dataOf(tweet: SimulatedTweet): Json {
  const { id, timeMs, author, versions, reference, language, city, media, withheldIn, sensitive } = tweet;
  const text = reference?.type === 'retweeted' ? repostText(reference.tweet) : tweet.text;
  const isLong = text.length > shortTextLength;
  const entities = entitiesOf(tweet, text);
  return {
    id,
    text: isLong ? `${text.slice(0, shortTextLength - 1)}…` : text,
    created_at: new Date(timeMs).toISOString(),
    author_id: author.id,
    edit_history_tweet_ids: versions,
    conversation_id: reference?.type === 'replied_to' ? reference.tweet.id : id,
    ...(reference?.type === 'replied_to' && { in_reply_to_user_id: reference.tweet.author.id }),
    ...(reference !== undefined && { referenced_tweets: [{ type: reference.type, id: reference.tweet.id }] }),
    ...(Object.keys(entities).length > 0 && { entities }),
    ...(isLong && { note_tweet: { text } }),
    ...(media !== undefined && { attachments: { media_keys: [media.key] } }),
    ...(city !== undefined && { geo: { place_id: city.id, coordinates: { type: 'Point', coordinates: city.at } } }),
    ...(withheldIn !== undefined && { withheld: { copyright: false, country_codes: withheldIn } }),
    public_metrics: {
      retweet_count: 0,
      reply_count: 0,
      like_count: 0,
      quote_count: 0,
      bookmark_count: 0,
      impression_count: 1,
    },
    lang: language,
    possibly_sensitive: sensitive,
    reply_settings: 'everyone',
    source: simulatorSource,
  };
}

function repostText({ author, text }: SimulatedTweet): string {
  const whole = `RT @${author.username}: ${text}`;
  return whole.length > repostTextLength ? `${whole.slice(0, repostTextLength - 1)}…` : whole;
}

function entitiesOf({ link, reference }: SimulatedTweet, text: string): Json {
  const hashtags = [...text.matchAll(/#([\p{L}\p{N}_]+)/gu)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    tag: match[1],
  }));
  const mentions =
    reference?.type === 'retweeted'
      ? [
          {
            start: 3,
            end: 4 + reference.tweet.author.username.length,
            username: reference.tweet.author.username,
            id: reference.tweet.author.id,
          },
        ]
      : [];
  const urls =
    link === undefined
      ? []
      : [{ start: 0, end: 0, url: link.url, expanded_url: link.expanded, title: link.title, status: 200 }];
  return {
    ...(hashtags.length > 0 && { hashtags }),
    ...(mentions.length > 0 && { mentions }),
    ...(urls.length > 0 && { urls }),
  };
}

const userOf = ({ id, username, name, createdMs, followers, following, verified }: Person): Json => ({
  id,
  username,
  name,
  created_at: new Date(createdMs).toISOString(),
  description: 'An account that x-simulator made up.',
  protected: false,
  verified,
  public_metrics: {
    followers_count: followers,
    following_count: following,
    tweet_count: followers * 3,
    listed_count: 0,
  },
});

const mediaOf = ({ key, type, url, width, height }: SimulatedTweet['media'] & object): Json => ({
  media_key: key,
  type,
  width,
  height,
  ...(type === 'photo' ? { url } : { preview_image_url: url, duration_ms: 15_000 }),
});

const placeOf = ({ id, name, fullName, country, code }: SimulatedTweet['city'] & object): Json => ({
  id,
  name,
  full_name: fullName,
  place_type: 'city',
  country,
  country_code: code,
});
