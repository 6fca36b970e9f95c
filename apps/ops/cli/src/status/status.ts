import { lagReader, listTopics, type GroupLag, type TopicSummary } from '@sluice/operations';
import { describeError } from '@sluice/telemetry';
import { withOperations } from '../clients/with-operations.ts';
import { commandConfig, eventSettings } from '../settings.ts';
import { jsonLine, printLines } from '../terminal/output.ts';
import { appStates } from './app-states.ts';
import { registryState, type ServerState } from './server-states.ts';
import { statusLines } from './status-lines.ts';
import type { Status } from './shown-status.ts';

/** Kafka is waited for so long: this command says what is down, and does not wait until it is up. */
const kafkaTimeoutMs = 10_000;

/** Prints the state of everything. @returns the exit code: 1 when something is wrong */
export async function status(options: {
  json: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}): Promise<number> {
  const { json, environment, signal } = options;
  const [registry, apps, kafka] = await Promise.all([
    registryState(environment),
    appStates(environment),
    kafkaState(environment, signal),
  ]);
  const found: Status = { servers: [kafka.server, registry], apps, groups: kafka.groups, topics: kafka.topics };
  const problems = problemsOf(found);
  if (json) process.stdout.write(jsonLine(statusJson(found, problems)));
  else printLines(statusLines(found, problems, process.stdout));
  return problems.length === 0 ? 0 : 1;
}

async function kafkaState(
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ server: ServerState; groups: GroupLag[]; topics: TopicSummary[] }> {
  const { KAFKA_BROKERS: brokers } = commandConfig(eventSettings, environment);
  const server = { name: 'Kafka', address: brokers.join(', ') };
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`no answer for ${kafkaTimeoutMs / 1_000} s`)), kafkaTimeoutMs);
  try {
    const found = await withOperations(environment, AbortSignal.any([signal, late.signal]), async (access) => ({
      groups: await lagReader(access).read(),
      topics: await listTopics(access),
    }));
    return { server: { ...server, problem: undefined }, ...found };
  } catch (error) {
    signal.throwIfAborted();
    return { server: { ...server, problem: describeError(error) }, groups: [], topics: [] };
  } finally {
    clearTimeout(timer);
  }
}

/** What is wrong, in sentences without a full stop. */
function problemsOf({ servers, apps, groups, topics }: Status): string[] {
  return [
    ...servers.flatMap(({ name, address, problem }) =>
      problem === undefined ? [] : [`${name} at ${address} does not answer: ${problem}`],
    ),
    ...(apps ?? []).flatMap(({ name, state, reason = 'no reason', since }) => {
      // A source may well have nothing to say.
      if (state === 'ready' || state === 'silent') return [];
      if (state === 'no answer') return [`${name} is not answering: ${reason}`];
      return [`${name} is not ready${since === undefined ? '' : ` since ${since}`}: ${reason}`];
    }),
    ...groups
      .filter(({ state, records }) => state === 'no members' && records > 0)
      .map(({ group, records }) => `no instance of ${group} runs, and ${records.toLocaleString('en-US')} records wait`),
    ...topics
      .filter(({ underReplicated }) => underReplicated > 0)
      .map(({ topic, underReplicated }) => `${topic} has ${underReplicated} partitions without all of their replicas`),
  ];
}

const statusJson = ({ servers, apps, groups, topics }: Status, problems: readonly string[]) => ({
  ...{ ok: problems.length === 0, problems },
  servers: servers.map((server) => ({ ...server, problem: server.problem ?? null })),
  apps: apps?.map((app) => ({ ...app, reason: app.reason ?? null, since: app.since ?? null })) ?? null,
  groups: groups.map(({ group, state, members, records, isExact, seconds }) => ({
    ...{ group, state, members, records, isExact, seconds: seconds ?? null },
  })),
  topics: topics
    .filter(({ kind }) => kind === 'events' || kind === 'dead letters')
    .map(({ topic, kind, offsets, newestMs }) => ({
      ...{ topic, kind, offsets },
      newest: newestMs === undefined ? null : new Date(newestMs).toISOString(),
    })),
});
