import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runningApps } from '@sluice/operations';
import { UserError } from '../user-error.ts';
import { workspaceRoot } from '../workspace-root.ts';
import { addressesOf, commandsFor } from './addresses.ts';
import { flowApps, flowEnvironment } from './apps/flows.ts';
import { check, type CheckResult } from './check/check.ts';
import { report } from './check/report.ts';
import { startDashboard, type RunningDashboard } from './dashboard.ts';
import { createFlow, type Flow } from './flow.ts';
import { logFile } from './log-file.ts';
import { createNotices, type Notices } from './notices.ts';
import { publishedApps, runningAppsFile } from './running-apps-file.ts';
import { startStack, type RunningStack } from './running-stack.ts';
import { openOutput, type OpenOutput } from './screen/open-output.ts';

const requiredSettings = ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'ELASTICSEARCH_URL'];
const logFolder = join(workspaceRoot, '.sluice/logs');

interface StartOptions {
  check: boolean;
  json: boolean;
  environment: NodeJS.ProcessEnv;
}

/** Everything that runs, and what shows it. */
interface Session {
  isCheck: boolean;
  since: Date;
  /** The servers' addresses and the user's own settings. */
  environment: NodeJS.ProcessEnv;
  stack: RunningStack;
  flow: Flow;
  notices: Notices;
  output: OpenOutput;
  /** Undefined where no one would look at it. */
  dashboard: RunningDashboard | undefined;
}

/**
 * Runs servers, sources, processors and sinks on this machine and shows their state, until Ctrl-C; with `check`, until it is known
 * whether everything arrived. Stops everything that it started.
 *
 * @returns the exit code: 0, or 1 when something is missing
 * @throws RefusedSettings when apps refuse their settings
 */
export async function start(options: StartOptions): Promise<number> {
  for (const [name, what] of [
    ['SINK_GROUP', 'sink'],
    ['PROCESSOR_GROUP', 'processor'],
  ] as const)
    if ((options.environment[name] ?? '') !== '')
      throw new UserError(`${name} is the consumer group of one ${what}, but start runs several. Unset it.`);
  if (!options.check) await assertNoOther();
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  const output = openOutput(options.json ? process.stderr : process.stdout, logFolder);
  const since = new Date();

  const stack = await startStack({ fresh: options.check, signal: stop.signal });
  const startLog = logFile(join(logFolder, 'start.log'), (sentence) => notices.note('start', sentence));
  const notices = createNotices((notice) => {
    startLog.write(`${new Date(notice.lastMs).toISOString()} ${notice.from}: ${notice.text}`);
    output.notice(notice);
  });
  stack.onMessage((message) => notices.note('servers', message));
  const flow = createFlow({ userEnvironment: options.environment, stack, logFolder, notices });
  const environment = { ...options.environment, ...stack.environment };
  let dashboard: RunningDashboard | undefined;
  try {
    requireServers(environment);
    if (!options.check) dashboard = await startDashboard({ environment, logFolder, notices });
    const session = { isCheck: options.check, since, environment, stack, flow, notices, output, dashboard };
    await flow.start();
    const showing = showEverySecond(session, stop.signal);
    const result = await Promise.race([
      flow.refused,
      options.check ? checkFlow(session, stop.signal) : aborted(stop.signal),
    ]);
    const isInterrupted = stop.signal.aborted;
    stop.abort();
    await showing;
    if (result === undefined) return 0;
    output.end();
    const notRun = flow.notRun.map(({ name, reason }) => `${name} was not run: ${reason}`);
    report({ ...result, notRun }, options.json);
    return result.missing.length === 0 && !isInterrupted ? 0 : 1;
  } finally {
    stop.abort();
    output.end();
    if (!options.json) output.farewell('Stopping …');
    await dashboard?.stop();
    await flow.stop();
    await stack.stop();
    startLog.end();
  }
}

/** Two would run each source twice, and each would take over from the other again and again. @throws UserError */
async function assertNoOther(): Promise<void> {
  const other = await runningApps(runningAppsFile);
  if (other !== undefined && !other.isCheck)
    throw new UserError(
      `Sluice already runs from this folder, as process ${other.pid}. Stop it first, with Ctrl-C where it was started.`,
    );
}

function requireServers(environment: NodeJS.ProcessEnv): void {
  const absent = requiredSettings.filter((name) => (environment[name] ?? '') === '');
  if (absent.length > 0)
    throw new UserError(
      `Nothing can run without ${absent.join(', ')}. The reason is above; you can also set the address of a server of your own.`,
    );
}

const checkFlow = ({ environment, flow, since }: Session, signal: AbortSignal): Promise<CheckResult> =>
  check({
    environment: flowEnvironment(environment),
    produced: flowApps.flatMap(({ produces }) => produces ?? []),
    destinations: flow.apps.filter(({ app }) => app.role === 'sink').map(({ app }) => app.name),
    since,
    signal,
    stopSources: () => flow.stopSources(),
  });

async function showEverySecond(session: Session, signal: AbortSignal): Promise<void> {
  const { isCheck, since, environment, stack, flow, notices, output, dashboard } = session;
  const roles = new Map(flowApps.map(({ name, role }) => [name, role]));
  const published = publishedApps({ isCheck });
  while (!signal.aborted) {
    const apps = await flow.look();
    published.update(flow.apps);
    if (signal.aborted) break;
    dashboard?.update(apps, roles);
    output.show({
      nowMs: Date.now(),
      sinceMs: since.getTime(),
      outages: stack.outages,
      addresses: addressesOf(environment, dashboard?.address),
      commands: commandsFor(environment),
      apps,
      simulated: flow.simulated,
      notices: notices.newest,
      noticeLines: notices.lines,
      logFolder: relative(process.cwd(), logFolder) || '.',
    });
    await delay(1000, undefined, { signal }).catch(() => {});
  }
  published.remove();
}

const aborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
