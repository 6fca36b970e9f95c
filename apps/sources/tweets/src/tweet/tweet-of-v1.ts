import type { TweetMedia } from '@sluice/contracts';
import {
  flagOf,
  momentOf,
  isObject,
  listOf,
  objectOf,
  objectsOf,
  realOf,
  smallOf,
  textOf,
  textsOf,
  unique,
  wholeOf,
  type JsonObject,
} from './json-fields.ts';
import { isSynthetic } from './synthetic.ts';
import { idOf, links, mentions, place, postedAt, versionsThrough, type TweetContent } from './tweet-content.ts';
import { wholeText } from './whole-text.ts';

/**
 * A post of API v1.1, with `full_tweet` texts or without:
 * https://docs.x.com/x-api/enterprise-gnip-2.0/fundamentals/data-dictionary
 *
 * @throws UnreadableTweet
 */
export function tweetOfV1(post: JsonObject): TweetContent {
  const id = idOf(post['id_str']);
  const reposted = objectOf(post['retweeted_status']);
  const posts = [post, reposted];
  const all = (kind: string) =>
    posts.flatMap((one) =>
      [objectOf(objectOf(one['extended_tweet'])['entities']), objectOf(one['entities'])].flatMap((entities) =>
        objectsOf(entities[kind]),
      ),
    );
  const position = listOf(objectOf(post['coordinates'])['coordinates']);
  const versions = versionsThrough(id, textsOf(objectOf(post['edit_history'])['edit_tweet_ids']));
  const source = textOf(post['source'])?.replaceAll(/<[^>]*>/g, '') ?? null;
  const countries = textsOf(post['withheld_in_countries']);
  return {
    id,
    created_at: postedAt(post, id),
    text: wholeText(ownText(post), ownText(reposted)),
    language: textOf(post['lang']),
    author: author(objectOf(post['user'])),
    first_version_id: versions[0] ?? id,
    version_ids: versions,
    conversation_id: textOf(post['conversation_id_str']),
    replied_to_id: textOf(post['in_reply_to_status_id_str']),
    replied_to_user_id: textOf(post['in_reply_to_user_id_str']),
    quoted_id: textOf(post['quoted_status_id_str']),
    reposted_id: textOf(reposted['id_str']),
    metrics: {
      repost_count: wholeOf(post['retweet_count']),
      reply_count: wholeOf(post['reply_count']),
      like_count: wholeOf(post['favorite_count']),
      quote_count: wholeOf(post['quote_count']),
      bookmark_count: null,
      impression_count: null,
    },
    hashtags: unique(all('hashtags').flatMap(({ text }) => textOf(text) ?? [])),
    cashtags: unique(all('symbols').flatMap(({ text }) => textOf(text) ?? [])),
    mentions: mentions(all('user_mentions')),
    links: links(all('urls').filter((link) => !isOwnAddress(link, posts))),
    topics: [],
    media: media(posts),
    place: place(post['place']),
    longitude: realOf(position[0]),
    latitude: realOf(position[1]),
    possibly_sensitive: flagOf(post['possibly_sensitive']),
    reply_settings: null,
    source,
    withheld:
      countries.length > 0 || post['withheld_copyright'] === true
        ? { copyright: post['withheld_copyright'] === true, country_codes: countries }
        : null,
    synthetic: isSynthetic(source),
  };
}

/** A truncated text ends with a link to the post itself, which is not in the whole text. */
const isOwnAddress = ({ expanded_url }: JsonObject, posts: readonly JsonObject[]): boolean =>
  posts.some(
    (post) =>
      isObject(post['extended_tweet']) &&
      textOf(expanded_url)?.endsWith(`/i/web/status/${textOf(post['id_str'])}`) === true,
  );

const ownText = (post: JsonObject): string | null =>
  textOf(objectOf(post['extended_tweet'])['full_text']) ?? textOf(post['full_text']) ?? textOf(post['text']);

function author(user: JsonObject): TweetContent['author'] {
  const id = textOf(user['id_str']);
  if (id === null) return null;
  return {
    id,
    username: textOf(user['screen_name']),
    name: textOf(user['name']),
    description: textOf(user['description']),
    location: textOf(user['location']),
    verified: flagOf(user['verified']),
    protected: flagOf(user['protected']),
    created_at: momentOf(user['created_at']),
    followers_count: wholeOf(user['followers_count']),
    following_count: wholeOf(user['friends_count']),
    tweet_count: wholeOf(user['statuses_count']),
    listed_count: wholeOf(user['listed_count']),
  };
}

/** Each picture and video once; the extended entities have all, the others only the first. */
function media(posts: readonly JsonObject[]): TweetMedia[] {
  const byKey = new Map<string, TweetMedia>();
  for (const post of posts) {
    for (const holder of [objectOf(post['extended_tweet']), post])
      for (const entities of [objectOf(holder['extended_entities']), objectOf(holder['entities'])])
        for (const one of objectsOf(entities['media'])) {
          const [key, type] = [textOf(one['id_str']), textOf(one['type'])];
          if (key !== null && type !== null && !byKey.has(key)) byKey.set(key, oneMedia(one, key, type));
        }
  }
  return [...byKey.values()];
}

function oneMedia(one: JsonObject, key: string, type: string): TweetMedia {
  const large = objectOf(objectOf(one['sizes'])['large']);
  const video = one['video_info'];
  return {
    key,
    type,
    url: textOf(one['media_url_https']) ?? textOf(one['media_url']),
    alt_text: textOf(one['ext_alt_text']),
    width_pixels: smallOf(large['w']),
    height_pixels: smallOf(large['h']),
    duration_ms: isObject(video) ? wholeOf(video['duration_millis']) : null,
  };
}
