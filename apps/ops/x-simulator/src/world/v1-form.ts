import { simulatorSource, type SimulatedTweet } from './simulated-tweet.ts';

type Json = Readonly<Record<string, unknown>>;

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const pad = (value: number): string => String(value).padStart(2, '0');

/** `Wed Oct 10 20:19:24 +0000 2018` */
function v1Date(timeMs: number): string {
  const date = new Date(timeMs);
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(pad).join(':');
  return `${weekdays[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${pad(date.getUTCDate())} ${clock} +0000 ${date.getUTCFullYear()}`;
}

/** A post as API v1.1 gave it with `tweet_mode=extended`, as old archives have it. */
export function v1Form(tweet: SimulatedTweet): Json {
  const { id, timeMs, author, reference, language, city, media, link, sensitive, withheldIn } = tweet;
  const text =
    reference?.type === 'retweeted'
      ? `RT @${reference.tweet.author.username}: ${tweet.text.slice(0, 100)}…`
      : tweet.text;
  const photo = media && {
    id_str: media.key.slice(2),
    type: media.type,
    media_url_https: media.url,
    sizes: { large: { w: media.width, h: media.height, resize: 'fit' } },
    ...(media.type === 'video' && { video_info: { duration_millis: 15_000 } }),
  };
  return {
    created_at: v1Date(timeMs),
    // Not exact: readers must take id_str.
    id: Number(id),
    id_str: id,
    full_tweet: true,
    full_text: text,
    truncated: false,
    entities: {
      hashtags: [...text.matchAll(/#([\p{L}\p{N}_]+)/gu)].map((match) => ({ text: match[1] })),
      symbols: [],
      user_mentions:
        reference?.type === 'retweeted'
          ? [{ screen_name: reference.tweet.author.username, id_str: reference.tweet.author.id }]
          : [],
      urls: link === undefined ? [] : [{ url: link.url, expanded_url: link.expanded, display_url: 'example.invalid' }],
    },
    ...(photo && { extended_entities: { media: [photo] } }),
    source: `<a href="https://example.invalid/x-simulator" rel="nofollow">${simulatorSource}</a>`,
    in_reply_to_status_id_str: reference?.type === 'replied_to' ? reference.tweet.id : null,
    in_reply_to_user_id_str: reference?.type === 'replied_to' ? reference.tweet.author.id : null,
    user: {
      id_str: author.id,
      name: author.name,
      screen_name: author.username,
      location: '',
      description: 'An account that x-simulator made up.',
      protected: false,
      verified: author.verified,
      followers_count: author.followers,
      friends_count: author.following,
      listed_count: 0,
      statuses_count: author.followers * 3,
      created_at: v1Date(author.createdMs),
    },
    coordinates: city === undefined ? null : { type: 'Point', coordinates: city.at },
    place:
      city === undefined
        ? null
        : {
            id: city.id,
            place_type: 'city',
            name: city.name,
            full_name: city.fullName,
            country: city.country,
            country_code: city.code,
          },
    is_quote_status: reference?.type === 'quoted',
    ...(reference?.type === 'quoted' && { quoted_status_id_str: reference.tweet.id }),
    ...(reference?.type === 'retweeted' && { retweeted_status: v1Form(reference.tweet) }),
    retweet_count: 0,
    favorite_count: 0,
    favorited: false,
    retweeted: false,
    possibly_sensitive: sensitive,
    ...(withheldIn !== undefined && { withheld_in_countries: withheldIn }),
    lang: language,
  };
}
