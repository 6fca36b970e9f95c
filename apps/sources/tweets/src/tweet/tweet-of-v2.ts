import type { Tweet, TweetAuthor, TweetMedia } from '@sluice/contracts';
import {
  flagOf,
  isObject,
  listOf,
  momentOf,
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
 * A post of API v2: https://docs.x.com/x-api/fundamentals/data-dictionary
 *
 * @param includes the objects that the post refers to, delivered with it
 * @throws UnreadableTweet
 */
export function tweetOfV2(data: JsonObject, includes: JsonObject): TweetContent {
  const id = idOf(data['id']);
  const createdAt = postedAt(data, id);
  const referred = objectsOf(data['referenced_tweets']);
  const referredId = (type: string) => textOf(referred.find((one) => one['type'] === type)?.['id']);
  const repostedId = referredId('retweeted');
  // In flattened archives, as twarc makes them, what a post refers to stands within it.
  const inlined = referred.find((one) => one['type'] === 'retweeted' && textOf(one['text']) !== null);
  const reposted = objectOf(objectsOf(includes['tweets']).find((one) => one['id'] === repostedId) ?? inlined);
  // A repost's own text and entities are cut off after 140 characters.
  const posts = [data, reposted];
  const entities = posts.flatMap((post) => [
    objectOf(post['entities']),
    objectOf(objectOf(post['note_tweet'])['entities']),
  ]);
  const all = (kind: string) => entities.flatMap((one) => objectsOf(one[kind]));
  const geo = objectOf(data['geo']);
  const position = listOf(objectOf(geo['coordinates'])['coordinates']);
  const versions = versionsThrough(id, textsOf(data['edit_history_tweet_ids']));
  const source = textOf(data['source']);
  return {
    id,
    created_at: createdAt,
    text: wholeText(ownText(data), ownText(reposted)),
    language: textOf(data['lang']),
    author: author(data, includes),
    first_version_id: versions[0] ?? id,
    version_ids: versions,
    conversation_id: textOf(data['conversation_id']),
    replied_to_id: referredId('replied_to'),
    replied_to_user_id: textOf(data['in_reply_to_user_id']),
    quoted_id: referredId('quoted'),
    reposted_id: repostedId,
    metrics: metrics(data['public_metrics']),
    hashtags: unique(all('hashtags').flatMap(({ tag }) => textOf(tag) ?? [])),
    cashtags: unique(all('cashtags').flatMap(({ tag }) => textOf(tag) ?? [])),
    mentions: mentions(all('mentions')),
    links: links(all('urls')),
    topics: topics(data, all('annotations')),
    media: media(posts, includes),
    place: place(objectsOf(includes['places']).find((one) => one['id'] === geo['place_id']) ?? inlinePlace(geo)),
    longitude: realOf(position[0]),
    latitude: realOf(position[1]),
    possibly_sensitive: flagOf(data['possibly_sensitive']),
    reply_settings: textOf(data['reply_settings']),
    source,
    withheld: isObject(data['withheld'])
      ? { copyright: data['withheld']['copyright'] === true, country_codes: textsOf(data['withheld']['country_codes']) }
      : null,
    synthetic: isSynthetic(source),
  };
}

const inlinePlace = (geo: JsonObject): JsonObject => ({ ...geo, id: geo['id'] ?? geo['place_id'] });

/** A long post's `text` ends early; all of it is in its note. */
const ownText = (post: JsonObject): string | null =>
  textOf(objectOf(post['note_tweet'])['text']) ?? textOf(post['text']);

function author(data: JsonObject, includes: JsonObject): TweetAuthor | null {
  const id = textOf(data['author_id']) ?? textOf(objectOf(data['author'])['id']);
  if (id === null) return null;
  const user = objectOf(objectsOf(includes['users']).find((one) => one['id'] === id) ?? data['author']);
  const counts = objectOf(user['public_metrics']);
  return {
    id,
    username: textOf(user['username']),
    name: textOf(user['name']),
    description: textOf(user['description']),
    location: textOf(user['location']),
    verified: flagOf(user['verified']),
    protected: flagOf(user['protected']),
    created_at: momentOf(user['created_at']),
    followers_count: wholeOf(counts['followers_count']),
    following_count: wholeOf(counts['following_count']),
    tweet_count: wholeOf(counts['tweet_count']),
    listed_count: wholeOf(counts['listed_count']),
  };
}

function metrics(value: unknown): Tweet['metrics'] {
  if (!isObject(value)) return null;
  return {
    repost_count: wholeOf(value['retweet_count']),
    reply_count: wholeOf(value['reply_count']),
    like_count: wholeOf(value['like_count']),
    quote_count: wholeOf(value['quote_count']),
    bookmark_count: wholeOf(value['bookmark_count']),
    impression_count: wholeOf(value['impression_count']),
  };
}

const topics = (data: JsonObject, annotations: readonly JsonObject[]): string[] =>
  unique([
    ...objectsOf(data['context_annotations']).flatMap((one) => textOf(objectOf(one['entity'])['name']) ?? []),
    ...annotations.flatMap((one) => textOf(one['normalized_text']) ?? []),
  ]);

function media(posts: readonly JsonObject[], includes: JsonObject): TweetMedia[] {
  const attached = posts.map((post) => objectOf(post['attachments']));
  const inlined = attached.flatMap((one) => objectsOf(one['media']));
  const keys = new Set([
    ...attached.flatMap((one) => textsOf(one['media_keys'])),
    ...inlined.flatMap((one) => textOf(one['media_key']) ?? []),
  ]);
  const byKey = new Map([...inlined, ...objectsOf(includes['media'])].map((one) => [one['media_key'], one]));
  return [...byKey.values()].flatMap((one) => {
    const [key, type] = [textOf(one['media_key']), textOf(one['type'])];
    if (key === null || type === null || !keys.has(key)) return [];
    return {
      key,
      type,
      url: textOf(one['url']) ?? textOf(one['preview_image_url']),
      alt_text: textOf(one['alt_text']),
      width_pixels: smallOf(one['width']),
      height_pixels: smallOf(one['height']),
      duration_ms: wholeOf(one['duration_ms']),
    };
  });
}
