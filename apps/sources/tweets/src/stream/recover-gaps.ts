import { objectOf, objectsOf, textOf, textsOf, type JsonObject } from '../tweet/json-fields.ts';
import { idAt } from '../tweet/snowflake.ts';
import { tweetOfV2 } from '../tweet/tweet-of-v2.ts';
import { UnreadableTweet } from '../tweet/unreadable-tweet.ts';
import type { Clock } from '../x/clock.ts';
import { Backoff } from '../x/backoff.ts';
import { searchPagePosts, type SearchPage, type XApi } from '../x/x-api.ts';
import { xError } from '../x/x-error.ts';
import type { Delivery, GapEnd } from './delivery.ts';
import type { StreamObserver } from './observer.ts';
import { overlapMs, type OpenGap } from './open-gap.ts';
import type { PostMeter } from './post-meter.ts';

/** A search does not find what was posted in the last ten seconds: https://docs.x.com/x-api/posts/search/introduction */
const searchableAfterMs = 20_000;
/** A search finds posts of the last seven days; a little less, as the search takes time. */
const searchableForMs = 7 * 86_400_000 - 120_000;

/** What recovery works with. */
export interface Recovery {
  api: XApi;
  clock: Clock;
  meter: PostMeter;
  delivery: Delivery;
  observer: StreamObserver;
  keywords: readonly string[];
  /** Queries that together have all keywords: see `searchQueries`. */
  queries: readonly string[];
  /** Resolves when there may be a new gap. */
  gapOpened: () => Promise<void>;
  signal: AbortSignal;
}

/** Asks for what was missed in each gap, one after the other, until the signal is aborted; the stream is read meanwhile. */
export async function recoverGaps(recovery: Recovery): Promise<void> {
  const { clock, delivery, observer, signal } = recovery;
  while (!signal.aborted) {
    const opened = recovery.gapOpened();
    const gap = delivery.gaps.find(({ by }) => by === 'SEARCH');
    if (gap === undefined) {
      await opened;
      continue;
    }
    await clock.wait(gap.toMs + searchableAfterMs - clock.nowMs(), signal);
    if (signal.aborted) return;
    // It may have grown meanwhile.
    const current = delivery.replace(gap, (open) => open);
    if (current === undefined || current.toMs !== gap.toMs) continue;
    const end = await search(recovery, current);
    const last = delivery.replace(gap, (open) => open);
    if (end !== undefined && last !== undefined) observer.gapClosed(await delivery.close(last, end));
  }
}

/** @returns undefined where the signal was aborted */
async function search(recovery: Recovery, gap: OpenGap): Promise<GapEnd | undefined> {
  const { clock, delivery, meter, queries, signal } = recovery;
  const end = (problem: string | null, by: GapEnd['by'] = 'SEARCH'): GapEnd => ({
    by,
    complete: problem === null,
    problem,
    closedMs: clock.nowMs(),
  });
  if (gap.reason === 'BUDGET')
    return end('the budget of posts a month was used up: raise X_MONTHLY_POSTS, or narrow TWEETS_KEYWORDS', 'NONE');
  const oldestId = idAt(clock.nowMs() - searchableForMs);
  const isTooLong = BigInt(gap.sinceId) < BigInt(oldestId);
  const sinceId = isTooLong ? oldestId : gap.sinceId;
  if (BigInt(sinceId) >= BigInt(gap.untilId)) return end('X searches the last seven days only', 'NONE');
  // Each query begins at the end of the gap.
  const endId = idAt(gap.toMs + overlapMs);
  let untilId = gap.untilId;
  for (let query = gap.query; query < queries.length; query++) {
    let nextToken: string | undefined;
    do {
      if (meter.left(clock.nowMs()) < searchPagePosts)
        return end('the budget of posts a month is nearly used up: raise X_MONTHLY_POSTS');
      const page = await patientPage(recovery, { query: queries[query] ?? '', sinceId, untilId, nextToken });
      if (page === undefined) return undefined;
      if (typeof page === 'string') return end(page);
      await deliverPage(recovery, gap, page);
      nextToken = page.nextToken;
      const oldest = textOf(page.tweets.at(-1)?.['id']);
      // After a restart the search continues here: a token would be too old by then.
      if (oldest !== null) delivery.replace(gap, (open) => ({ ...open, query, untilId: oldest }));
    } while (nextToken !== undefined && !signal.aborted);
    if (signal.aborted) return undefined;
    untilId = endId;
    delivery.replace(gap, (open) => ({ ...open, query: query + 1, untilId: endId }));
  }
  return end(isTooLong ? 'X searches the last seven days only' : null);
}

/** A page, waiting for X as long as it takes; the reason where X refuses, and undefined where the signal was aborted. */
async function patientPage(
  { api, clock, observer, signal }: Recovery,
  request: Omit<Parameters<XApi['search']>[0], 'signal'>,
): Promise<SearchPage | string | undefined> {
  const backoff = new Backoff();
  while (!signal.aborted) {
    try {
      return await api.search({ ...request, signal });
    } catch (error) {
      if (signal.aborted) return undefined;
      const found = xError(error, 'the recent search');
      const { sentence, refused, unauthorized } = found;
      // What a token cannot have today, its successor finds: the gap stays open.
      if (refused && !unauthorized) return sentence;
      const waitMs = backoff.after(found, clock.nowMs());
      observer.notice(
        `${sentence}; the search for missed tweets continues in ${Math.ceil(clock.realMs(waitMs) / 1000)} s`,
      );
      await clock.wait(waitMs, signal);
    }
  }
  return undefined;
}

async function deliverPage(recovery: Recovery, gap: OpenGap, { tweets, includes }: SearchPage): Promise<void> {
  const { clock, meter, delivery, observer, keywords } = recovery;
  meter.add(tweets.length, clock.nowMs());
  for (const data of tweets) {
    const own = ownIncludes(data, includes);
    const original = JSON.stringify({ data, ...(Object.keys(own).length > 0 && { includes: own }) });
    try {
      if (!(await delivery.tweet(tweetOfV2(data, own), original, { keywords, gap }))) observer.duplicate();
    } catch (error) {
      if (!(error instanceof UnreadableTweet)) throw error;
      observer.unreadable(error.message);
      await delivery.refuse(Buffer.from(original), error.message, 'the recent search');
    }
  }
}

/** Of what a page includes, that to which one post refers: as the stream would have delivered it. */
function ownIncludes(data: JsonObject, includes: JsonObject): JsonObject {
  const referred = new Set(
    [
      ...objectsOf(data['referenced_tweets']).map((one) => textOf(one['id'])),
      ...textsOf(data['edit_history_tweet_ids']),
    ].filter((id) => id !== textOf(data['id'])),
  );
  const tweets = objectsOf(includes['tweets']).filter((one) => referred.has(textOf(one['id'])));
  const posts = [data, ...tweets];
  const attached = (kind: string) => new Set(posts.flatMap((post) => textsOf(objectOf(post['attachments'])[kind])));
  const [mediaKeys, pollIds] = [attached('media_keys'), attached('poll_ids')];
  const people = new Set(
    posts.flatMap((post) => [
      textOf(post['author_id']),
      textOf(post['in_reply_to_user_id']),
      ...objectsOf(objectOf(post['entities'])['mentions']).map((one) => textOf(one['id'])),
    ]),
  );
  const places = new Set(posts.map((post) => textOf(objectOf(post['geo'])['place_id'])));
  const parts = {
    users: objectsOf(includes['users']).filter((one) => people.has(textOf(one['id']))),
    tweets,
    media: objectsOf(includes['media']).filter((one) => mediaKeys.has(textOf(one['media_key']) ?? '')),
    polls: objectsOf(includes['polls']).filter((one) => pollIds.has(textOf(one['id']) ?? '')),
    places: objectsOf(includes['places']).filter((one) => places.has(textOf(one['id']))),
  };
  return Object.fromEntries(Object.entries(parts).filter(([, found]) => found.length > 0));
}
