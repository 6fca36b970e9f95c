import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describeError } from '@sluice/telemetry';
import { endOnClosedPipe } from '../terminal/broken-output.ts';
import { UserError } from '../user-error.ts';
import { workspaceRoot } from '../workspace-root.ts';
import { addressesOf, commandsFor } from './addresses.ts';
import { check } from './check.ts';
import { flowApps, flowEnvironment, gathersMs, type FlowApp } from './apps/flows.ts';
import { logFile } from './log-file.ts';
import { startMadeUpInput } from './made-up-input.ts';
import { createNotices } from './notices.ts';
import { observedApps } from './apps/observed-apps.ts';
import { plainOutput } from './screen/plain-output.ts';
import { noneRefused, RefusedSettings } from './refusals.ts';
import { report } from './report.ts';
import { startApp, type RunningApp } from './apps/running-app.ts';
import { startStack } from './running-stack.ts';
import type { ShownApp } from './screen/screen-lines.ts';
import { simulation } from './simulation.ts';
import { terminalScreen } from './screen/terminal-screen.ts';

const needed = ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'ELASTICSEARCH_URL'];
const logFolder = join(workspaceRoot, '.sluice/logs');

/**
 * Runs servers, sources and sinks on this machine until Ctrl-C, showing how each is; or, with `check`, until it is known whether
 * everything arrived. Ends everything that it started.
 *
 * @returns the exit code: 0, or 1 when something is missing
 * @throws RefusedSettings when apps refuse their settings
 */
export async function start(options: {
  check: boolean;
  json: boolean;
  environment: NodeJS.ProcessEnv;
}): Promise<number> {
  for (const [name, what] of [
    ['SINK_GROUP', 'sink'],
    ['PROCESSOR_GROUP', 'processor'],
  ] as const)
    if ((options.environment[name] ?? '') !== '')
      throw new UserError(`${name} is the consumer group of one ${what}, and start runs several: unset it.`);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  const stream = options.json ? process.stderr : process.stdout;
  const isBroken = goOnWithout(stream);
  const output = stream.isTTY ? terminalScreen(stream) : plainOutput((text) => void (isBroken() || stream.write(text)));
  const since = new Date();

  const stack = await startStack({ fresh: options.check, signal: stop.signal });
  const apps: RunningApp[] = [];
  const endInputs: (() => Promise<void>)[] = [];
  const observed = observedApps();
  const startLog = logFile(join(logFolder, 'start.log'), (sentence) => notices.note('start', sentence));
  const notices = createNotices((notice) => {
    startLog.write(`${new Date(notice.lastMs).toISOString()} ${notice.from}: ${notice.text}`);
    output.notice(notice);
  });
  stack.onMessage((message) => notices.note('servers', message));
  const refused = Promise.withResolvers<never>();
  refused.promise.catch(() => {});
  try {
    const absent = needed.filter(
      (name) => stack.environment[name] === undefined && (options.environment[name] ?? '') === '',
    );
    if (absent.length > 0)
      throw new UserError(
        `Without ${absent.join(', ')} nothing can flow: see the reason above, or set the address of a server of your own.`,
      );
    const environment = { ...options.environment, ...stack.environment };
    const simulated = simulation(flowApps, options.environment);
    const notRun: ShownApp[] = [];
    for (const app of flowApps) {
      const missing = app.needs.filter((name) => (environment[name] ?? '') === '');
      if (missing.length > 0) {
        const reasons = stack.servers.flatMap(({ name, reason }) => (reason === undefined ? [] : `${name}: ${reason}`));
        notRun.push(notRunning(app, `there is no ${missing.join(' and no ')} (${reasons.join('; ')})`));
        continue;
      }
      let leads: Readonly<Record<string, string>> = {};
      if (app.input !== undefined && simulated.names.includes(app.name)) {
        const input = await startMadeUpInput({
          input: app.input,
          environment: options.environment,
          onWarning: (line) => notices.note(app.name, line),
          onEnd(code, lines) {
            if (code === 2) refused.reject(new RefusedSettings(new Map([[app.name, lines]])));
            else
              notices.note(
                app.name,
                `its simulated input ended with exit code ${code}: no more comes until the next start`,
              );
          },
        });
        endInputs.push(input.end);
        leads = input.leads;
      }
      const running = startApp({
        app,
        environment: { ...environment, ...leads },
        logFolder,
        onWarning(text, line) {
          if (line !== undefined && simulated.takes(line)) return;
          observed.warned(app.name, text);
          notices.note(app.name, line?.to === undefined ? text : `${text} (to ${line.to})`);
        },
      });
      apps.push(running);
      observed.add(running, gathersMs(app, environment));
    }
    noneRefused(apps).catch(refused.reject);
    const showing = (async () => {
      while (!stop.signal.aborted) {
        const shownApps = await observed.look();
        if (stop.signal.aborted) return;
        output.show({
          nowMs: Date.now(),
          sinceMs: since.getTime(),
          addresses: addressesOf(environment),
          commands: commandsFor(environment),
          apps: [...shownApps, ...notRun],
          simulated: simulated.sentence,
          notices: notices.newest,
          noticeLines: notices.lines,
          logFolder: relative(process.cwd(), logFolder) || '.',
        });
        await delay(1000, undefined, { signal: stop.signal }).catch(() => {});
      }
    })();
    if (!options.check) {
      await Promise.race([aborted(stop.signal), refused.promise]);
      stop.abort();
      await showing;
      return 0;
    }
    const result = await Promise.race([
      refused.promise,
      check({
        environment: flowEnvironment(environment),
        made: flowApps.flatMap(({ makes }) => makes ?? []),
        destinations: apps.filter(({ app }) => app.role === 'sink').map(({ app }) => app.name),
        since,
        signal: stop.signal,
        stopSources: () => stopApps(apps, 'source'),
      }),
    ]);
    const interrupted = stop.signal.aborted;
    stop.abort();
    await showing;
    output.end();
    report({ ...result, notRun: notRun.map(({ name, reason }) => `${name} was not run: ${reason}`) }, options.json);
    return result.missing.length === 0 && !interrupted ? 0 : 1;
  } finally {
    stop.abort();
    output.end();
    if (!options.json && !isBroken()) stream.write(stream.isTTY ? '\nStopping …\n' : 'Stopping …\n');
    await stopApps(apps, 'source');
    await Promise.all(endInputs.map((end) => end()));
    await stopApps(apps, 'processor');
    await stopApps(apps, 'sink');
    await stack.stop();
    startLog.end();
  }
}

const stopApps = async (apps: readonly RunningApp[], role: FlowApp['role']): Promise<void> => {
  await Promise.all(apps.filter(({ app }) => app.role === role).map((app) => app.stop()));
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true }),
  );

const notRunning = ({ name }: FlowApp, reason: string): ShownApp => ({
  name,
  state: 'not run',
  reason,
  events: undefined,
  ratePerSecond: undefined,
  lag: undefined,
  quietMs: undefined,
  port: undefined,
});

/** Whoever reads what is shown may go away, as `head` does: the apps go on. @returns whether it is so */
function goOnWithout(stream: NodeJS.WriteStream): () => boolean {
  let isBroken = false;
  process.stdout.off('error', endOnClosedPipe);
  stream.on('error', (error) => {
    if (isBroken) return;
    isBroken = true;
    if (stream !== process.stderr)
      process.stderr.write(
        `Nothing more is shown, as the output cannot be written: ${describeError(error)}. The apps go on; their logs are in ${logFolder}.\n`,
      );
  });
  return () => isBroken;
}
