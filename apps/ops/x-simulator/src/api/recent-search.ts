import type { SimulatedTweet } from '../world/simulated-tweet.ts';
import type { Timeline } from '../world/timeline.ts';
import { v2Form } from '../world/v2-form.ts';
import { invalidRequest, type Answer } from './answers.ts';
import { InvalidQuery, parseQuery } from './query.ts';

/** A post is found so much after it was made. */
const indexedAfterMs = 10_000;
const foundForMs = 7 * 86_400_000;
const snowflakeEpochMs = 1_288_834_974_657;

/** GET /2/tweets/search/recent: https://docs.x.com/x-api/posts/search-recent-posts */
export function recentSearch(timeline: Timeline, parameters: URLSearchParams, nowMs: number, longest: number): Answer {
  const most = Number(parameters.get('max_results') ?? 10);
  if (!Number.isInteger(most) || most < 10 || most > 100)
    return invalidRequest(
      'max_results',
      `The \`max_results\` query parameter value [${most}] is not between 10 and 100`,
    );
  const oldestId = BigInt(Math.floor(nowMs - foundForMs) - snowflakeEpochMs) << 22n;
  const sinceId = BigInt(parameters.get('since_id') ?? '0');
  if (parameters.has('since_id') && sinceId < oldestId)
    return invalidRequest(
      'since_id',
      "'since_id' must be a tweet id created after 7 days ago. Please use a larger id.",
    );
  const untilId = BigInt(parameters.get('next_token') ?? parameters.get('until_id') ?? String(2n ** 63n));
  let query: (tweet: SimulatedTweet) => boolean;
  try {
    query = parseQuery(parameters.get('query') ?? '', longest);
  } catch (error) {
    if (!(error instanceof InvalidQuery)) throw error;
    return invalidRequest('query', error.message);
  }
  const found: SimulatedTweet[] = [];
  for (let index = timeline.posts.length - 1; index >= 0 && found.length <= most; index--) {
    const tweet = timeline.posts[index];
    if (tweet === undefined || BigInt(tweet.id) <= sinceId) break;
    if (BigInt(tweet.id) < untilId && tweet.timeMs <= nowMs - indexedAfterMs && !tweet.deleted && query(tweet))
      found.push(tweet);
  }
  return { status: 200, body: pageOf(found.slice(0, most), found.length > most) };
}

function pageOf(tweets: readonly SimulatedTweet[], isMore: boolean): object {
  if (tweets.length === 0) return { meta: { result_count: 0 } };
  const forms = tweets.map(v2Form);
  /** Each object once, as X includes them. */
  const all = (kind: 'users' | 'tweets' | 'media' | 'places') => {
    const objects = new Map(
      forms.flatMap(({ includes }) => includes[kind] ?? []).map((one) => [one['id'] ?? one['media_key'], one]),
    );
    return objects.size > 0 ? { [kind]: [...objects.values()] } : {};
  };
  const oldest = tweets.at(-1)?.id;
  return {
    data: forms.map(({ data }) => data),
    includes: { ...all('users'), ...all('tweets'), ...all('media'), ...all('places') },
    meta: {
      newest_id: tweets[0]?.id,
      oldest_id: oldest,
      result_count: tweets.length,
      ...(isMore && { next_token: oldest }),
    },
  };
}
