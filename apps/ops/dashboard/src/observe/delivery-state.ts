import type { DeliveryStateName, ServerState } from '../api/overview.ts';
import type { WatchedApp } from './watch-apps.ts';

/** What is known of one group on one topic. Times are milliseconds since 1970. */
export interface DeliveryFacts {
  app: WatchedApp | undefined;
  /** The servers without which the app cannot deliver. */
  servers: readonly ServerState[];
  /** Sources and processors that publish to the topic. */
  writers: readonly WatchedApp[];
  lag: number;
  /** Age of the oldest record that is not committed; undefined where there is none, or it is not known. */
  ageSeconds: number | undefined;
  /** Records per second that come into the topic, and that the group commits. */
  inPerSecond: number | undefined;
  outPerSecond: number | undefined;
  /** How long the topic has been without a new record. */
  quietMs: number | undefined;
  /** How long the sink may collect records on purpose, where it does not answer. */
  gathersMs: number;
  /** How late it is beyond that, as it says itself. */
  overdueSeconds: number | undefined;
}

export interface DeliveryState {
  state: DeliveryStateName;
  reason: string;
  catchUpSeconds?: number;
}

/** Longer than a write takes, and short enough for a person who watches. */
const behindAfterSeconds = 15;
const silentAfterMs = 60_000;

const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 19);
const age = (seconds: number): string => {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
};

/** The state of a delivery, with the reason in words: which side is at fault and since when. Times in it are UTC. */
export function deliveryState(facts: DeliveryFacts): DeliveryState {
  const { app, lag, ageSeconds, gathersMs } = facts;
  const { overdueSeconds = (ageSeconds ?? 0) - gathersMs / 1000 } = facts;
  const fault = faultOf(facts);
  const isLate = ageSeconds !== undefined && ageSeconds > behindAfterSeconds;
  if (lag > 0 && isLate && fault !== undefined) return { state: 'stuck', reason: `${age(ageSeconds)} old: ${fault}` };
  if (lag > 0 && isLate && overdueSeconds <= behindAfterSeconds)
    return {
      state: 'gathering',
      reason: `${age(ageSeconds)} old: ${app?.name ?? 'the sink'} collects records for larger writes`,
    };
  if (lag > 0 && isLate) return behind(facts, ageSeconds);
  if (fault !== undefined)
    return { state: lag > 0 ? 'stuck' : 'unknown', reason: lag > 0 ? fault : `nothing waits, but ${fault}` };
  return current(facts);
}

function behind({ lag, inPerSecond = 0, outPerSecond = 0 }: DeliveryFacts, ageSeconds: number): DeliveryState {
  const waiting = `${lag.toLocaleString('en-US')} records wait`;
  const gain = outPerSecond - inPerSecond;
  if (outPerSecond <= 0) return { state: 'stuck', reason: `${age(ageSeconds)} old: ${waiting}, and none is delivered` };
  if (gain <= 0.01 * outPerSecond)
    return { state: 'behind', reason: `${age(ageSeconds)} old: ${waiting}, and as many come as are delivered` };
  const catchUpSeconds = lag / gain;
  return {
    state: 'behind',
    reason: `${age(ageSeconds)} old: ${waiting}; caught up in ${age(catchUpSeconds)}`,
    catchUpSeconds,
  };
}

function current({ writers, quietMs }: DeliveryFacts): DeliveryState {
  if (quietMs === undefined || quietMs <= silentAfterMs) return { state: 'up to date', reason: 'Up to date' };
  const since = `for ${age(quietMs / 1000)}`;
  const [faulty] = writers.filter(({ state }) => state !== 'running');
  if (faulty !== undefined) {
    const why = faulty.reason === undefined ? '' : `: ${faulty.reason}`;
    return { state: 'silent', reason: `Up to date; nothing new ${since}, as ${faulty.name} is ${faulty.state}${why}` };
  }
  return { state: 'silent', reason: `Up to date; the source is silent ${since}` };
}

/** What keeps the app from delivering, if anything is known to. */
function faultOf({ app, servers }: DeliveryFacts): string | undefined {
  const [down] = servers.filter(({ isUp }) => isUp === false);
  if (down !== undefined) return `${down.title} unreachable since ${clock(down.sinceMs)}`;
  if (app === undefined || app.state === 'running' || app.state === 'silent') return undefined;
  const why = app.reason === undefined ? '' : ` (${app.reason})`;
  return `${app.name} is ${app.state} since ${clock(app.sinceMs)}${why}`;
}
