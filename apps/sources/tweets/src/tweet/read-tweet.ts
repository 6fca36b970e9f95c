import { isObject, objectOf, objectsOf, textOf, type JsonObject } from './json-fields.ts';
import { tweetOfV1 } from './tweet-of-v1.ts';
import { tweetOfV2, type TweetContent } from './tweet-of-v2.ts';
import { UnreadableTweet } from './unreadable-tweet.ts';

/** What a line holds: a post, with the tags of the rules that it matched; or an announcement of another kind, by its name. */
export type ReadLine = { content: TweetContent; tags: readonly string[] } | { notice: string; detail: string };

/** What the old streams announce between posts. */
const notices = ['delete', 'scrub_geo', 'limit', 'status_withheld', 'user_withheld', 'disconnect', 'warning'];

/**
 * Reads one line of a stream or a file: a post of API v2 (within `data`, or bare) or v1.1.
 *
 * @throws UnreadableTweet where it is neither
 */
export function readTweet(line: string): ReadLine {
  const value = parsed(line);
  const { data } = value;
  if (isObject(data)) {
    const tags = objectsOf(value['matching_rules']).flatMap(({ tag }) => textOf(tag) ?? []);
    return { content: tweetOfV2(data, objectOf(value['includes'])), tags };
  }
  if (Array.isArray(value['errors'])) {
    const [first = {}] = objectsOf(value['errors']);
    return { notice: 'errors', detail: textOf(first['detail']) ?? textOf(first['title']) ?? 'an error without a text' };
  }
  if (textOf(value['id_str']) !== null) return { content: tweetOfV1(value), tags: [] };
  if (textOf(value['author_id']) !== null) return { content: tweetOfV2(value, {}), tags: [] };
  const notice = notices.find((name) => isObject(value[name]));
  if (notice !== undefined) return { notice, detail: notice };
  throw new UnreadableTweet('it is JSON, but neither a post of API v2 nor one of v1.1');
}

function parsed(line: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new UnreadableTweet('it is not JSON');
  }
  if (!isObject(value)) throw new UnreadableTweet('it is JSON, but not an object');
  return value;
}
