import { decodeText, parseJson, UnreadableText } from '@sluice/external-text';
import { isObject, listOf, objectsOf, textOf, type JsonObject } from './json-fields.ts';
import { readTweet, type ReadTweet } from './read-tweet.ts';
import { UnreadableTweet } from './unreadable-tweet.ts';

/** A post that was read. */
interface Post extends ReadTweet {
  /** The JSON text that it came as; of a page, its part of the page. */
  original: string;
}

/** A part of a page that is not a post. */
interface RefusedPost {
  bytes: Buffer;
  reason: string;
}

/** The contents of a line: posts, or a control message, by its name. */
export type ReadLine =
  { posts: readonly (Post | RefusedPost)[]; replacedSurrogates: number } | { notice: string; detail: string };

/** The control messages of the old streams. */
const notices = ['delete', 'scrub_geo', 'limit', 'status_withheld', 'user_withheld', 'disconnect', 'warning'];

/**
 * Reads one line of a stream or a file: a post, or a page of posts as searches and timelines answer, `{"data":[…],"includes":…}` or
 * `{"statuses":[…]}`, or a list of posts. A page may name errors beside its posts: these are about what is not in it.
 *
 * @throws UnreadableTweet where the line is none of these, without repeating anything of it
 */
export function readPosts(line: Uint8Array): ReadLine {
  const { value, text, replaced } = parsed(line);
  const page = pageOf(value);
  if (page?.length === 0)
    return Array.isArray(value)
      ? refuse('it is an empty list')
      : { notice: 'empty page', detail: 'a page without posts' };
  if (page !== undefined) {
    const posts = page.map(({ post, source }) => partOf(post, source));
    return { posts, replacedSurrogates: replaced };
  }
  if (!isObject(value)) throw new UnreadableTweet('it is JSON, but neither an object nor a list');
  const notice = noticeOf(value);
  if (notice !== undefined) return notice;
  return { posts: [{ ...readTweet(value, text), original: text }], replacedSurrogates: replaced };

  function partOf(post: unknown, source: () => unknown): Post | RefusedPost {
    const original = JSON.stringify(source());
    try {
      if (!isObject(post)) throw new UnreadableTweet('it is a part of a page, but not an object');
      return { ...readTweet(post, original), original };
    } catch (error) {
      if (!(error instanceof UnreadableTweet)) throw error;
      return { bytes: Buffer.from(original), reason: error.message };
    }
  }

  /** The posts of a page, each in the form of a single one. Their own JSON keeps numbers as they were written. */
  function pageOf(page: unknown): { post: unknown; source: () => unknown }[] | undefined {
    let written: unknown;
    const asWritten = () => (written ??= JSON.parse(text, keptNumbers));
    if (Array.isArray(page))
      return page.map((post: unknown, place) => ({ post, source: () => listOf(asWritten())[place] }));
    if (!isObject(page)) return undefined;
    for (const name of ['data', 'statuses']) {
      const posts = page[name];
      if (!Array.isArray(posts)) continue;
      return posts.map((data: unknown, place) => ({
        post: name === 'data' && isObject(data) ? { data, includes: page['includes'] } : data,
        source: () => listOf((asWritten() as JsonObject)[name])[place],
      }));
    }
    return undefined;
  }
}

function refuse(reason: string): never {
  throw new UnreadableTweet(reason);
}

function noticeOf(value: JsonObject): { notice: string; detail: string } | undefined {
  if (isObject(value['data'])) return undefined;
  if (Array.isArray(value['errors'])) {
    const [first = {}] = objectsOf(value['errors']);
    return { notice: 'errors', detail: textOf(first['detail']) ?? textOf(first['title']) ?? 'an error without a text' };
  }
  if (isObject(value['meta']) && value['meta']['result_count'] === 0)
    return { notice: 'empty page', detail: 'a page without posts' };
  const notice = notices.find((name) => isObject(value[name]));
  return notice === undefined ? undefined : { notice, detail: notice };
}

function parsed(line: Uint8Array): ReturnType<typeof parseJson> {
  try {
    return parseJson(decodeText(line));
  } catch (error) {
    throw error instanceof UnreadableText ? new UnreadableTweet(error.message) : error;
  }
}

/** TC39: JSON.parse source text access, whose `rawJSON` TypeScript's types lack. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

const keptNumbers = (_: string, value: unknown, { source }: { source?: string }): unknown =>
  typeof value === 'number' && source !== undefined ? rawJSON(source) : value;
