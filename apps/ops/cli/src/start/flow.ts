import { flowApps, gathersMs, type FlowApp } from './apps/flows.ts';
import { observedApps } from './apps/observed-apps.ts';
import { startApp, type RunningApp } from './apps/running-app.ts';
import type { ShownApp } from './apps/shown-app.ts';
import type { Notices } from './notices.ts';
import { noneRefused, RefusedSettings } from './refusals.ts';
import type { RunningStack } from './running-stack.ts';
import { simulation } from './simulation/simulation.ts';
import { startSyntheticInput, type RunningInput } from './simulation/synthetic-input.ts';

/** The apps that `start` runs, and the programs that generate simulated input for them. */
export interface Flow {
  /** Starts every app that has the servers it requires. */
  start(): Promise<void>;
  readonly apps: readonly RunningApp[];
  /** The apps that lack a server, with the reason. */
  readonly notRun: readonly ShownApp[];
  /** Rejects with `RefusedSettings` when programs refuse their settings; never resolves. */
  readonly refused: Promise<never>;
  /** What is simulated, in sentences; empty where nothing is. */
  readonly simulated: string;
  /** All apps as they are now. */
  look(): Promise<ShownApp[]>;
  stopSources(): Promise<void>;
  /** Stops all that runs, in the direction of the events. Safe to call after a start that failed. */
  stop(): Promise<void>;
}

/** @param options.userEnvironment the user's own settings, without the servers' addresses */
export function createFlow(options: {
  userEnvironment: NodeJS.ProcessEnv;
  stack: RunningStack;
  logFolder: string;
  notices: Notices;
}): Flow {
  const { userEnvironment, stack, logFolder, notices } = options;
  const environment = { ...userEnvironment, ...stack.environment };
  const simulated = simulation(flowApps, userEnvironment);
  const observed = observedApps();
  const apps: RunningApp[] = [];
  const notRun: ShownApp[] = [];
  const inputs: RunningInput[] = [];
  const refused = Promise.withResolvers<never>();
  refused.promise.catch(() => {});

  /** @returns the settings that make the app read it; none where its input is real, or the app simulates it itself */
  const startInput = async ({ name, simulation: own }: FlowApp): Promise<Readonly<Record<string, string>>> => {
    if (own?.input === undefined || !simulated.names.includes(name)) return {};
    const input = await startSyntheticInput({
      input: own.input,
      environment: userEnvironment,
      onWarning: (line) => notices.note(name, line),
      onEnd(code, lines) {
        if (code === 2) refused.reject(new RefusedSettings(new Map([[name, lines]])));
        else notices.note(name, `its simulated input ended with exit code ${code}; no more comes until the next start`);
      },
    });
    inputs.push(input);
    return input.overrides;
  };

  const startOne = async (app: FlowApp): Promise<void> => {
    const missing = app.requires.filter((name) => (environment[name] ?? '') === '');
    if (missing.length > 0) return void notRun.push(withoutServers(app, missing, stack));
    const overrides = await startInput(app);
    const running = startApp({
      app,
      environment: { ...environment, ...overrides },
      logFolder,
      onWarning(text, line) {
        if (line !== undefined && simulated.takes(line)) return;
        observed.warned(app.name, text);
        notices.note(app.name, line?.to === undefined ? text : `${text} (to ${line.to})`);
      },
    });
    apps.push(running);
    observed.add(running, gathersMs(app, environment));
  };

  const stopRole = async (role: FlowApp['role']): Promise<void> => {
    await Promise.all(apps.filter(({ app }) => app.role === role).map((app) => app.stop()));
  };

  return {
    ...{ apps, notRun, refused: refused.promise },
    get simulated() {
      return simulated.sentence;
    },
    async start() {
      for (const app of flowApps) await startOne(app);
      noneRefused(apps).catch(refused.reject);
    },
    look: async () => [...(await observed.look()), ...notRun],
    stopSources: () => stopRole('source'),
    async stop() {
      await stopRole('source');
      await Promise.all(inputs.map((input) => input.end()));
      await stopRole('processor');
      await stopRole('sink');
    },
  };
}

function withoutServers({ name }: FlowApp, missing: readonly string[], { servers }: RunningStack): ShownApp {
  const reasons = servers.flatMap(({ name: server, reason }) => (reason === undefined ? [] : `${server}: ${reason}`));
  return {
    ...{ name, state: 'not run', reason: `${missing.join(' and ')} not set (${reasons.join('; ')})` },
    ...{ events: undefined, ratePerSecond: undefined, lag: undefined, quietMs: undefined, port: undefined },
  };
}
