import { describeError } from '@sluice/telemetry';
import type { AppRole, AppState, AppStateName, ServerName, TopicRate } from '../api/overview.ts';
import type { AppTarget } from './app-targets.ts';
import { getText } from './get-text.ts';
import { parseSamples, type Sample } from './prometheus-text.ts';
import { rates } from './rate.ts';

/** An app as it is now, with what its reasons are derived from. */
export interface WatchedApp extends AppState {
  /** The consumer group of a sink or processor: its name, unless set otherwise. */
  group: string;
  /** By topic, how late it is beyond the time for which it collects records on purpose, in seconds, as it says itself. */
  overdue: ReadonlyMap<string, number>;
}

const roles: readonly AppRole[] = ['source', 'processor', 'sink'];
const wanted: ReadonlySet<string> = new Set([
  'source_events_total',
  ...['records_total', 'outputs_total', 'lag_records', 'overdue_seconds'].flatMap((name) => [
    `sink_${name}`,
    `processor_${name}`,
  ]),
]);
const timeoutMs = 3_000;
/** A source that publishes nothing for so long is called silent. */
const silentAfterMs = 60_000;

const destinations: Readonly<Record<string, ServerName>> = {
  elasticsearch: 'elasticsearch',
  gcs: 'gcs',
  bigquery: 'bigquery',
};

/** Asks the apps how they are. */
export function watchApps() {
  const pace = rates();
  const since = new Map<string, { state: AppStateName; sinceMs: number }>();
  const remembered = new Map<string, { name: string; role: AppRole }>();

  const stateSince = (name: string, state: AppStateName, nowMs: number): number => {
    const known = since.get(name);
    if (known?.state === state) return known.sinceMs;
    since.set(name, { state, sinceMs: nowMs });
    return nowMs;
  };

  const look = async (target: AppTarget, nowMs: number): Promise<WatchedApp | undefined> => {
    const answer = await ask(target);
    const known = target.url === undefined ? undefined : remembered.get(target.url);
    const name = target.app ?? answer.app ?? known?.name ?? target.url;
    const role = target.role ?? answer.role ?? known?.role;
    if (name === undefined || role === undefined) return undefined;
    if (target.url !== undefined) remembered.set(target.url, { name, role });
    const per = (metric: string, direction: string): TopicRate[] =>
      [
        ...Map.groupBy(
          answer.samples.filter((sample) => sample.name === metric),
          ({ labels }) => labels['topic'] ?? '',
        ),
      ].map(([topic, samples]) => {
        const total = samples.reduce((sum, { value }) => sum + value, 0);
        const each = pace(`${name} ${direction} ${topic}`);
        each.add(total, nowMs);
        return { topic, perSecond: each.perSecond };
      });
    const writes = role === 'source' ? per('source_events_total', 'writes') : per(`${role}_outputs_total`, 'writes');
    const reads = role === 'source' ? [] : withIdleTopics(per(`${role}_records_total`, 'reads'), answer.samples, role);
    const grewMs = Math.max(0, ...writes.map(({ topic }) => pace(`${name} writes ${topic}`).grewMs ?? 0));
    const isSilent = role === 'source' && answer.state === 'running' && grewMs > 0 && nowMs - grewMs > silentAfterMs;
    const state = isSilent ? 'silent' : answer.state;
    const reason = isSilent ? 'it runs, but its origin sends nothing' : answer.reason;
    return {
      ...{ name, role, group: name, state, reads, writes },
      sinceMs: isSilent ? grewMs : (answer.sinceMs ?? stateSince(name, answer.state, nowMs)),
      overdue: overdueOf(answer.samples, role),
      ...(reason !== undefined && { reason }),
      ...(destinations[name] !== undefined && { destination: destinations[name] }),
    };
  };

  return {
    async look(targets: readonly AppTarget[], nowMs: number): Promise<WatchedApp[]> {
      const found = await Promise.all(targets.map((target) => look(target, nowMs)));
      return merged(found.filter((app) => app !== undefined));
    },
  };
}

const overdueOf = (samples: readonly Sample[], role: AppRole): ReadonlyMap<string, number> =>
  new Map(
    samples
      .filter(({ name }) => name === `${role}_overdue_seconds`)
      .map(({ labels, value }) => [labels['topic'] ?? '', value]),
  );

/** Topics that an app reads and of which nothing came since its start. */
function withIdleTopics(reads: readonly TopicRate[], samples: readonly Sample[], role: AppRole): TopicRate[] {
  const seen = new Set(reads.map(({ topic }) => topic));
  const idle = new Set(
    samples.flatMap(({ name, labels: { topic } }) =>
      name === `${role}_lag_records` && topic !== undefined && !seen.has(topic) ? [topic] : [],
    ),
  );
  return [...reads, ...[...idle].map((topic) => ({ topic, perSecond: 0 }))];
}

interface AppAnswer {
  app: string | undefined;
  role: AppRole | undefined;
  state: AppStateName;
  reason?: string;
  /** Since when, where the app says it. */
  sinceMs?: number;
  samples: readonly Sample[];
}

async function ask({ url, app, role, reason }: AppTarget): Promise<AppAnswer> {
  const silent = { app, role, samples: [] };
  if (url === undefined) return { ...silent, state: 'not running', ...(reason !== undefined && { reason }) };
  try {
    const [metrics, ready] = await Promise.all([
      getText(`${url}/metrics`, timeoutMs),
      getText(`${url}/ready`, timeoutMs),
    ]);
    const samples = parseSamples(metrics.text, wanted);
    const found = samples[0];
    return {
      app: found?.labels['app'],
      role: roles.find((each) => found?.name.startsWith(`${each}_`)),
      samples,
      ...readiness(ready.status, ready.text),
    };
  } catch (error) {
    return { ...silent, state: 'not running', reason: `it does not answer at ${url}: ${describeError(error)}` };
  }
}

function readiness(status: number, text: string): Pick<AppAnswer, 'state' | 'reason' | 'sinceMs'> {
  if (status === 200) return { state: 'running' };
  const { reasons = {}, since = {} } = JSON.parse(text) as Partial<
    Record<'reasons' | 'since', Readonly<Record<string, string>>>
  >;
  const telling = Object.entries(reasons).filter(([, reason]) => reason !== 'starting');
  if (telling.length === 0) return { state: 'starting' };
  const times = telling.map(([part]) => Date.parse(since[part] ?? '')).filter((atMs) => Number.isFinite(atMs));
  return {
    state: 'waiting',
    reason: telling.map(([part, reason]) => `${part}: ${reason}`).join('; '),
    ...(times.length > 0 && { sinceMs: Math.min(...times) }),
  };
}

/** Several processes of one app are one app, as well as the one that is worst off. */
function merged(apps: readonly WatchedApp[]): WatchedApp[] {
  const severity: readonly AppStateName[] = ['running', 'silent', 'starting', 'waiting', 'not running'];
  return [...Map.groupBy(apps, ({ name }) => name).values()].flatMap((processes) => {
    const [worst] = processes.toSorted((a, b) => severity.indexOf(b.state) - severity.indexOf(a.state));
    if (worst === undefined) return [];
    return [
      {
        ...worst,
        reads: summed(processes.flatMap(({ reads }) => reads)),
        writes: summed(processes.flatMap(({ writes }) => writes)),
      },
    ];
  });
}

const summed = (all: readonly TopicRate[]): TopicRate[] =>
  [...Map.groupBy(all, ({ topic }) => topic)].map(([topic, each]) => ({
    topic,
    perSecond: each.some(({ perSecond }) => perSecond !== undefined)
      ? each.reduce((sum, { perSecond = 0 }) => sum + perSecond, 0)
      : undefined,
  }));
