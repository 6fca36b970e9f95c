import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { workspaceRoot } from '../../workspace-root.ts';
import { logFile } from '../log-file.ts';
import { readOutput, type LogLine } from './app-output.ts';
import type { FlowApp } from './flows.ts';

/** The state of an app's process. */
export type AppProcess =
  | { state: 'starting' }
  /** `/ready` and `/metrics` are under this address. */
  | { state: 'running'; telemetryUrl: string }
  /** It ended unexpectedly and is started again. */
  | { state: 'restarting'; reason: string }
  /** Its settings are wrong; it is not started again. */
  | { state: 'refused'; mistakes: readonly string[] }
  | { state: 'stopped'; isFinished: boolean };

/** An app as a process, started again when it fails. */
export interface RunningApp {
  readonly app: FlowApp;
  readonly process: AppProcess;
  /** Resolves when its first start is over: it runs, has ended, or refuses its settings. */
  readonly settled: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts an app. Its log goes to a file.
 *
 * @param options.environment the servers' addresses and the user's own settings
 * @param options.onWarning gets warnings and worse, with their log line if there is one
 */
export function startApp(options: {
  app: FlowApp;
  environment: NodeJS.ProcessEnv;
  logFolder: string;
  onWarning: (text: string, line?: LogLine) => void;
}): RunningApp {
  const { app, environment, logFolder, onWarning } = options;
  const log = logFile(join(logFolder, `${app.name}.log`), (sentence) =>
    onWarning(`${sentence}; the app keeps running`),
  );
  const settled = Promise.withResolvers<void>();
  const stop = new AbortController();
  let state: AppProcess = { state: 'starting' };
  let child: ChildProcess;

  /** Runs the app until it stops for good. */
  const run = async (): Promise<AppProcess> => {
    for (let starts = 1; ; starts++) {
      child = spawnApp(app, environment);
      const { code, unformatted, fatal } = await readOutput(child, {
        onText: log.write,
        onTelemetry(telemetryUrl) {
          state = { state: 'running', telemetryUrl };
          settled.resolve();
        },
        onWarning,
      });
      if (stop.signal.aborted || code === 0) return { state: 'stopped', isFinished: !stop.signal.aborted };
      // Starting again does not correct a wrong setting.
      if (code === 2) return { state: 'refused', mistakes: mistakesIn(unformatted) };
      const reason = fatal ?? unformatted.at(0) ?? 'it printed nothing';
      const how = code === null ? 'was killed' : `ended with exit code ${code}`;
      onWarning(`${how} and is started again: ${reason}`);
      state = { state: 'restarting', reason: `${how}; start ${starts + 1} follows: ${reason}` };
      settled.resolve();
      await delay(Math.min(30_000, 500 * 2 ** starts), undefined, { signal: stop.signal }).catch(() => {});
      if (stop.signal.aborted) return { state: 'stopped', isFinished: false };
    }
  };

  const ended = run()
    .then((last) => void (state = last))
    .finally(() => {
      settled.resolve();
      log.end();
    });

  return {
    app,
    settled: settled.promise,
    get process() {
      return state;
    },
    async stop() {
      stop.abort();
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function spawnApp(app: FlowApp, environment: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(process.execPath, [join(workspaceRoot, 'apps', app.folder, 'src/main.ts'), '--tied'], {
    env: { ...app.environment, ...environment, TELEMETRY_PORT: '0', LOG_FORMAT: 'json' },
    stdio: ['pipe', 'pipe', 'pipe'],
    // Ctrl-C on the terminal reaches only this process, which stops the apps in order.
    detached: true,
  });
  // Writing to a process that has just ended fails; its exit is handled anyway.
  child.stdin.on('error', () => {});
  return child;
}

/** The mistakes that a program prints when it refuses its settings: a line each under a heading, or one sentence. */
function mistakesIn(lines: readonly string[]): string[] {
  const mistakes = lines.filter((line) => line.startsWith('  ')).map((line) => line.trim());
  return mistakes.length > 0 ? mistakes : [...lines];
}
