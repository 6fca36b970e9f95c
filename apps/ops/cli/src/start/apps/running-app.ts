import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { workspaceRoot } from '../../workspace-root.ts';
import type { FlowApp } from './flows.ts';
import { logFile } from '../log-file.ts';

/** What became of an app's process. */
export type AppProcess =
  | { state: 'starting' }
  /** `/ready` and `/metrics` are under this address. */
  | { state: 'running'; telemetryUrl: string }
  /** It ended unexpectedly and is started again. */
  | { state: 'restarting'; reason: string }
  /** It ended at once, as its settings are wrong; it is not started again. */
  | { state: 'refused'; mistakes: readonly string[] }
  | { state: 'stopped'; byItself: boolean };

/** An app as a process of its own, started again when it ends by itself. */
export interface RunningApp {
  readonly app: FlowApp;
  readonly process: AppProcess;
  /** Its first start is over: it runs, has ended, or refuses its settings. */
  readonly settled: Promise<void>;
  stop(): Promise<void>;
}

/** A line of an app's log. */
export interface LogLine {
  level?: string;
  msg?: string;
  telemetry?: string;
  reason?: string;
  /** The topic of dead letters, and how many went there. */
  to?: string;
  records?: number;
  events?: number;
}

/** How many of its last words tell why it ended. */
const lastWords = 20;

/**
 * Starts an app. Its whole log goes to a file; warnings and worse also to `onWarning`, with what else the line says.
 *
 * @param environment the servers' addresses and the user's own settings
 */
export function startApp(options: {
  app: FlowApp;
  environment: NodeJS.ProcessEnv;
  logFolder: string;
  onWarning: (text: string, line?: LogLine) => void;
}): RunningApp {
  const { app, environment, logFolder, onWarning } = options;
  const log = logFile(join(logFolder, `${app.name}.log`), (sentence) => onWarning(`${sentence}; the app goes on`));
  const settled = Promise.withResolvers<void>();
  const stop = new AbortController();
  let state: AppProcess = { state: 'starting' };
  let child: ChildProcess;

  const run = async (): Promise<{ code: number | null; unformatted: string[]; fatal: string | undefined }> => {
    child = spawn(process.execPath, [join(workspaceRoot, 'apps', app.folder, 'src/main.ts'), '--tied'], {
      env: { ...app.environment, ...environment, TELEMETRY_PORT: '0', LOG_FORMAT: 'json' },
      stdio: ['pipe', 'pipe', 'pipe'],
      // Ctrl-C on the terminal reaches only this process, which stops the apps in order.
      detached: true,
    });
    // A process that has just ended takes no input; how it ended is known anyway.
    child.stdin?.on('error', () => {});
    const closed = once(child, 'close');
    const unformatted: string[] = [];
    let fatal: string | undefined;
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (text) => {
        log.write(text);
        const line = parseLine(text);
        if (line === undefined) {
          if (text.trim() !== '') unformatted.push(text.trimEnd());
          if (unformatted.length > lastWords) unformatted.shift();
          return;
        }
        if (line.telemetry !== undefined) {
          state = { state: 'running', telemetryUrl: line.telemetry };
          settled.resolve();
        }
        const said = `${line.msg ?? ''}${line.reason === undefined ? '' : `: ${line.reason}`}`;
        if (line.level === 'fatal') fatal = said;
        if (line.level === 'warn' || line.level === 'error' || line.level === 'fatal') onWarning(said, line);
      });
    }
    const [code] = (await closed) as [number | null];
    return { code, unformatted, fatal };
  };

  const running = (async () => {
    for (let tries = 1; ; tries++) {
      const { code, unformatted, fatal } = await run();
      if (stop.signal.aborted || code === 0) {
        state = { state: 'stopped', byItself: !stop.signal.aborted };
        return;
      }
      // A wrong setting does not come right by itself.
      if (code === 2) {
        state = { state: 'refused', mistakes: mistakesIn(unformatted) };
        return;
      }
      const last = fatal ?? unformatted.at(0) ?? 'it said nothing';
      const how = code === null ? 'was killed' : `ended with exit code ${code}`;
      onWarning(`${how}, and is started again: ${last}`);
      state = { state: 'restarting', reason: `${how}, start ${tries + 1} follows: ${last}` };
      settled.resolve();
      await delay(Math.min(30_000, 500 * 2 ** tries), undefined, { signal: stop.signal }).catch(() => {});
      if (!stop.signal.aborted) continue;
      state = { state: 'stopped', byItself: false };
      return;
    }
  })().finally(() => {
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
      await running;
    },
  };
}

/** What a program says that refuses its settings: a heading and a line for each mistake, or one sentence. */
function mistakesIn(lines: readonly string[]): string[] {
  const mistakes = lines.filter((line) => line.startsWith('  ')).map((line) => line.trim());
  return mistakes.length > 0 ? mistakes : [...lines];
}

function parseLine(line: string): LogLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return undefined;
  }
}
