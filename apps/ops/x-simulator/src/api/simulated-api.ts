import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { SimulatorConfig } from '../config.ts';
import { seededRandom } from '@sluice/random';
import { timeline, type Timeline } from '../world/timeline.ts';
import { tweetGenerator } from '../world/tweet-generator.ts';
import { virtualClock, type VirtualClock } from '../world/virtual-clock.ts';
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
  /** For the metrics. */
  readonly truth: GroundTruth;
  stop(): void;
}

export function simulatedApi(config: SimulatorConfig): SimulatedApi {
  const simulator = createSimulator(config);
  const { truth, posts } = simulator;
  return {
    truth,
    stop: () => posts.stop(),
    handle: (request, response) => handle(simulator, request, response),
  };
}

/** The parts of a simulator. */
interface Simulator {
  config: SimulatorConfig;
  clock: VirtualClock;
  rules: Rules;
  truth: GroundTruth;
  faults: Faults;
  limits: RateLimits;
  posts: Timeline;
  hub: StreamHub;
  /** Connections to the stream so far. */
  connections: number;
}

function createSimulator(config: SimulatorConfig): Simulator {
  const clock = virtualClock(config.SIMULATOR_CLOCK_SPEED, config.SIMULATOR_BEHIND_SECONDS * 1000);
  const rules = new Rules({ most: config.SIMULATOR_RULES, longest: config.SIMULATOR_RULE_LENGTH });
  const truth = new GroundTruth();
  const posts = timeline({
    clock,
    random: seededRandom(config.SIMULATOR_SEED),
    perSecond: config.SIMULATOR_TWEETS_PER_SECOND,
    make: tweetGenerator(config.SIMULATOR_SEED),
  });
  const hub = new StreamHub({ clock, rules, truth, timeline: posts });
  const [faults, limits] = [new Faults(), new RateLimits()];
  return { config, clock, rules, truth, faults, limits, posts, hub, connections: 0 };
}
/** One request, and how to answer it. */
interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  /** @param headers added to those of every answer */
  answer(answer: Answer, headers?: Record<string, string>): void;
}

async function handle(simulator: Simulator, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { config, faults, clock, limits } = simulator;
  const url = new URL(request.url ?? '/', 'https://localhost');
  const answer: Exchange['answer'] = ({ status, body }, headers = {}) => {
    const type = { 'content-type': 'application/json; charset=utf-8' };
    response.writeHead(status, { ...type, ...commonHeaders(simulator), ...headers });
    response.end(JSON.stringify(body));
  };
  const exchange = { request, response, url, answer };
  if (request.headers.authorization !== `Bearer ${config.SIMULATOR_TOKEN}`) return answer(answers.unauthorized);
  if (url.pathname.startsWith('/simulator/')) return control(simulator, exchange);
  if (faults.take('unauthorized')) return answer(answers.unauthorized);
  if (faults.take('forbidden')) return answer(answers.forbidden);
  const kind = kindOf(request, url.pathname);
  if (kind === undefined) return answer(answers.notFound);
  const { within, headers } = limits.count(kind, clock.nowMs());
  if (!within) return answer(answers.tooManyRequests, headers);
  if (kind === 'stream') return stream(simulator, exchange, headers);
  if (kind === 'search') return search(simulator, exchange, headers);
  return changeRules(simulator, exchange, headers);
}

/** The date is that of the simulator's clock. The other header says that this is not X. */
const commonHeaders = ({ clock }: Simulator) => ({
  date: new Date(clock.nowMs()).toUTCString(),
  'x-simulator': 'synthetic',
});

const limitedHeaders = ({ clock }: Simulator) => rateLimitHeaders(50, 0, clock.nowMs() + limitedMs);

function stream(simulator: Simulator, exchange: Exchange, headers: Record<string, string>): void {
  const { config, faults, hub } = simulator;
  const { request, response, url, answer } = exchange;
  if (faults.take('refused')) return void request.socket.destroy();
  if (faults.take('no-answer')) return;
  if (faults.take('unavailable')) return answer(answers.unavailable, headers);
  if (faults.take('rate-limit')) return answer(answers.tooManyRequests, limitedHeaders(simulator));
  if (faults.take('too-many-connections') || hub.connected) return answer(answers.tooManyConnections, headers);
  const minutes = Number(url.searchParams.get('backfill_minutes') ?? 0);
  if (minutes > 0 && !config.SIMULATOR_BACKFILL)
    return answer(invalidRequest('backfill_minutes', 'backfill_minutes is not available in your plan'));
  const isCompressed = simulator.connections++ % 2 === 1;
  const connection = streamConnection(request, response, isCompressed, { ...commonHeaders(simulator), ...headers });
  response.on('close', () => hub.disconnected(connection, 'client'));
  hub.connect(connection, minutes);
}

function search(simulator: Simulator, { url, answer }: Exchange, headers: Record<string, string>): void {
  const { config, faults, posts, clock } = simulator;
  if (faults.take('search-rate-limit')) return answer(answers.tooManyRequests, limitedHeaders(simulator));
  if (faults.take('search-unavailable')) return answer(answers.unavailable, headers);
  answer(recentSearch(posts, url.searchParams, clock.nowMs(), config.SIMULATOR_RULE_LENGTH), headers);
}

async function changeRules(
  { rules, clock }: Simulator,
  { request, answer }: Exchange,
  headers: Record<string, string>,
): Promise<void> {
  const nowMs = clock.nowMs();
  if (request.method === 'GET') return answer(rules.list(nowMs), headers);
  const { add, delete: removed } = await bodyOf(request);
  if (Array.isArray(add)) return answer(rules.add(add, nowMs), headers);
  const ids: unknown = typeof removed === 'object' && removed !== null && 'ids' in removed ? removed.ids : undefined;
  if (Array.isArray(ids)) return answer(rules.remove(ids, nowMs), headers);
  answer(invalidRequest('add', 'neither add nor delete'), headers);
}

/** The simulator's own requests: orders of faults, and what a client should have. */
async function control(simulator: Simulator, { request, url, answer }: Exchange): Promise<void> {
  const { clock, truth, posts, faults, hub } = simulator;
  if (request.method === 'GET' && url.pathname === '/simulator/record')
    return answer({ status: 200, body: { nowMs: clock.nowMs(), ...truth.report() } });
  if (request.method !== 'POST') return answer(answers.notFound);
  if (url.pathname === '/simulator/stop-posting') {
    posts.stop();
    return answer({ status: 200, body: {} });
  }
  const { kind, times = 1 } = await bodyOf(request);
  if (url.pathname !== '/simulator/faults' || !isFaultKind(kind) || typeof times !== 'number')
    return answer({ status: 400, body: { faults: faultKinds } });
  faults.order(kind, times);
  if (isStreamFault(kind)) hub.disturb(kind);
  answer({ status: 200, body: {} });
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
