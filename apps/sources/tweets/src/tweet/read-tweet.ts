import { isObject, objectOf, objectsOf, textOf, type JsonObject } from './json-fields.ts';
import { tweetOfV1 } from './tweet-of-v1.ts';
import type { TweetContent } from './tweet-content.ts';
import { tweetOfV2 } from './tweet-of-v2.ts';
import { UnreadableTweet } from './unreadable-tweet.ts';
import { withIdTexts } from './with-id-texts.ts';

/** A post, with the tags of the rules that it matched. */
export interface ReadTweet {
  content: TweetContent;
  tags: readonly string[];
}

/**
 * Reads one post of API v2, within `data` or bare, or of v1.1.
 *
 * @param original the JSON text of the post
 * @throws UnreadableTweet where it is neither
 */
export function readTweet(value: JsonObject, original: string): ReadTweet {
  const { data } = value;
  if (isObject(data)) {
    const tags = objectsOf(value['matching_rules']).flatMap(({ tag }) => textOf(tag) ?? []);
    return { content: tweetOfV2(data, objectOf(value['includes'])), tags };
  }
  if (textOf(value['id_str']) !== null) return { content: tweetOfV1(value), tags: [] };
  // API v1.1 has ids as numbers, too, and some archives have only these.
  if (typeof value['id'] === 'number') return { content: tweetOfV1(withIdTexts(original)), tags: [] };
  // API v2 delivers id, text and versions where no more is asked for.
  if (textOf(value['id']) !== null && textOf(value['text']) !== null)
    return { content: tweetOfV2(value, {}), tags: [] };
  throw new UnreadableTweet('it is JSON, but neither a post of API v2 nor one of v1.1');
}
