import type { Tweet, TweetLink, TweetMention } from '@sluice/contracts';
import { isObject, momentOf, textOf, type JsonObject } from './json-fields.ts';
import { isTweetId, timeOfId } from './snowflake.ts';
import { UnreadableTweet } from './unreadable-tweet.ts';

/** The fields of a tweet that follow from the post itself, whichever way it was delivered. */
export type TweetContent = Omit<Tweet, 'original' | 'delivered_by' | 'matched_keywords'>;

/** @throws UnreadableTweet where a post has no id */
export function idOf(id: unknown): string {
  if (!isTweetId(id)) throw new UnreadableTweet('it has no id of a post');
  return id;
}

/**
 * When a post was made: as it says, else by its id.
 *
 * @throws UnreadableTweet for a `created_at` that is not a time, since the time in the id would differ; and where neither says it
 */
export function postedAt({ created_at: said }: JsonObject, id: string): Date {
  if (said === undefined || said === null) return momentOfId(id);
  const moment = momentOf(said);
  if (moment === null) throw new UnreadableTweet('created_at is not a time as X writes it');
  return moment;
}

function momentOfId(id: string): Date {
  const timeMs = timeOfId(id);
  if (timeMs === undefined) throw new UnreadableTweet('it does not say when it was posted');
  return new Date(timeMs);
}

/** The versions of a post up to this one: read after an edit, it names later ones too. */
export const versionsThrough = (id: string, named: readonly string[]): string[] => {
  const own = named.indexOf(id);
  return own === -1
    ? [...named.filter((one) => isTweetId(one) && BigInt(one) < BigInt(id)), id]
    : named.slice(0, own + 1);
};

/** Each account once. */
export function mentions(found: readonly JsonObject[]): TweetMention[] {
  const byName = new Map<string, TweetMention>();
  for (const one of found) {
    const username = textOf(one['username']) ?? textOf(one['screen_name']);
    if (username !== null && !byName.has(username))
      byName.set(username, { username, user_id: textOf(one['id']) ?? textOf(one['id_str']) });
  }
  return [...byName.values()];
}

/**
 * Each address once. A post and what it reposts name the same link, by the same short address; only one of the two may say where it
 * leads in the end.
 */
export function links(found: readonly JsonObject[]): TweetLink[] {
  const byShort = new Map<string, JsonObject>();
  for (const one of found) {
    const short = textOf(one['url']) ?? textOf(one['expanded_url']) ?? textOf(one['unwound_url']);
    if (short === null) continue;
    const known = byShort.get(short);
    if (known === undefined || (textOf(known['unwound_url']) === null && textOf(one['unwound_url']) !== null))
      byShort.set(short, one);
  }
  const byUrl = new Map<string, TweetLink>();
  for (const one of byShort.values()) {
    const url = textOf(one['unwound_url']) ?? textOf(one['expanded_url']) ?? textOf(one['url']);
    if (url !== null && !byUrl.has(url))
      byUrl.set(url, { url, title: textOf(one['title']), description: textOf(one['description']) });
  }
  return [...byUrl.values()];
}

/** A place of either API: v1.1 calls its type `place_type`. */
export function place(found: unknown): Tweet['place'] {
  const id = isObject(found) ? textOf(found['id']) : null;
  if (!isObject(found) || id === null) return null;
  return {
    id,
    full_name: textOf(found['full_name']),
    type: textOf(found['place_type']),
    country: textOf(found['country']),
    country_code: textOf(found['country_code']),
  };
}
