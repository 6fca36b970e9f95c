import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { SimulatorConfig } from '../config.ts';
import { seededRandom } from '@sluice/random';
import { timeline } from '../world/timeline.ts';
import { tweetGenerator } from '../world/tweet-generator.ts';
import { virtualClock } from '../world/virtual-clock.ts';
import { answers, invalidRequest, type Answer } from './answers.ts';
import { faultKinds, Faults, isFaultKind, isStreamFault } from './faults.ts';
import { GroundTruth } from './ground-truth.ts';
import { RateLimits, rateLimitHeaders, type LimitedKind } from './rate-limits.ts';
import { recentSearch } from './recent-search.ts';
import { Rules } from './rules.ts';
import { streamConnection } from './stream-connection.ts';
import { StreamHub } from './stream-hub.ts';

/** How long a `rate-limit` lasts, by the simulator's clock. */
const limitedMs = 60_000;

/** The API as a handler of requests. */
export interface SimulatedApi {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** What is to be told in the metrics. */
  readonly truth: GroundTruth;
  stop(): void;
}

export function simulatedApi(config: SimulatorConfig): SimulatedApi {
  const clock = virtualClock(config.SIMULATOR_CLOCK_SPEED, config.SIMULATOR_BEHIND_SECONDS * 1000);
  const rules = new Rules({ most: config.SIMULATOR_RULES, longest: config.SIMULATOR_RULE_LENGTH });
  const truth = new GroundTruth();
  const faults = new Faults();
  const limits = new RateLimits();
  const posts = timeline({
    clock,
    random: seededRandom(config.SIMULATOR_SEED),
    perSecond: config.SIMULATOR_TWEETS_PER_SECOND,
    make: tweetGenerator(config.SIMULATOR_SEED),
  });
  const hub = new StreamHub({ clock, rules, truth, timeline: posts });
  let connections = 0;

  const answer = (response: ServerResponse, { status, body }: Answer, headers: Record<string, string> = {}) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...common(), ...headers });
    response.end(JSON.stringify(body));
  };
  /** The date is that of the simulator's clock; and nobody should take it for X. */
  const common = () => ({ date: new Date(clock.nowMs()).toUTCString(), 'x-simulator': 'synthetic' });
  const limited = () => rateLimitHeaders(50, 0, clock.nowMs() + limitedMs);

  const stream = (request: IncomingMessage, response: ServerResponse, url: URL, headers: Record<string, string>) => {
    if (faults.take('refused')) return void request.socket.destroy();
    if (faults.take('no-answer')) return;
    if (faults.take('unavailable')) return answer(response, answers.unavailable, headers);
    if (faults.take('rate-limit')) return answer(response, answers.tooManyRequests, limited());
    if (faults.take('too-many-connections') || hub.connected)
      return answer(response, answers.tooManyConnections, headers);
    const minutes = Number(url.searchParams.get('backfill_minutes') ?? 0);
    if (minutes > 0 && !config.SIMULATOR_BACKFILL)
      return answer(response, invalidRequest('backfill_minutes', 'backfill_minutes is not available in your plan'));
    const connection = streamConnection(request, response, connections++ % 2 === 1, { ...common(), ...headers });
    response.on('close', () => hub.disconnected(connection, 'client'));
    hub.connect(connection, minutes);
  };

  const control = async (request: IncomingMessage, response: ServerResponse, path: string) => {
    if (request.method === 'GET' && path === '/simulator/record')
      return answer(response, { status: 200, body: { nowMs: clock.nowMs(), ...truth.report() } });
    if (request.method !== 'POST') return answer(response, answers.notFound);
    if (path === '/simulator/stop-posting') {
      posts.stop();
      return answer(response, { status: 200, body: {} });
    }
    const { kind, times = 1 } = await bodyOf(request);
    if (path !== '/simulator/faults' || !isFaultKind(kind) || typeof times !== 'number')
      return answer(response, { status: 400, body: { faults: faultKinds } });
    faults.order(kind, times);
    if (isStreamFault(kind)) hub.disturb(kind);
    answer(response, { status: 200, body: {} });
  };

  return {
    truth,
    stop: () => posts.stop(),
    async handle(request, response) {
      const url = new URL(request.url ?? '/', 'https://localhost');
      if (request.headers.authorization !== `Bearer ${config.SIMULATOR_TOKEN}`)
        return answer(response, answers.unauthorized);
      if (url.pathname.startsWith('/simulator/')) return control(request, response, url.pathname);
      if (faults.take('unauthorized')) return answer(response, answers.unauthorized);
      if (faults.take('forbidden')) return answer(response, answers.forbidden);
      const kind = kindOf(request, url.pathname);
      if (kind === undefined) return answer(response, answers.notFound);
      const nowMs = clock.nowMs();
      const { within, headers } = limits.count(kind, nowMs);
      if (!within) return answer(response, answers.tooManyRequests, headers);
      if (kind === 'stream') return stream(request, response, url, headers);
      if (kind === 'search') {
        if (faults.take('search-rate-limit')) return answer(response, answers.tooManyRequests, limited());
        if (faults.take('search-unavailable')) return answer(response, answers.unavailable, headers);
        return answer(response, recentSearch(posts, url.searchParams, nowMs, config.SIMULATOR_RULE_LENGTH), headers);
      }
      if (request.method === 'GET') return answer(response, rules.list(nowMs), headers);
      const { add, delete: removed } = await bodyOf(request);
      if (Array.isArray(add)) return answer(response, rules.add(add, nowMs), headers);
      const ids: unknown =
        typeof removed === 'object' && removed !== null && 'ids' in removed ? removed.ids : undefined;
      if (Array.isArray(ids)) return answer(response, rules.remove(ids, nowMs), headers);
      return answer(response, invalidRequest('add', 'neither add nor delete'), headers);
    },
  };
}

function kindOf({ method }: IncomingMessage, path: string): LimitedKind | undefined {
  if (path === '/2/tweets/search/stream/rules' && (method === 'GET' || method === 'POST')) return 'rules';
  if (method !== 'GET') return undefined;
  return path === '/2/tweets/search/stream' ? 'stream' : path === '/2/tweets/search/recent' ? 'search' : undefined;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const body: unknown = await json(request).catch(() => undefined);
  return typeof body === 'object' && body !== null ? { ...body } : {};
}
