import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { FlowApp } from './flows.ts';
import { workspaceRoot } from './workspace-root.ts';

/** An app as a process of its own, started again when it ends by itself. */
export interface RunningApp {
  readonly app: FlowApp;
  /** Where `/metrics` is, once it runs. */
  readonly telemetryUrl: string | undefined;
  /** How often it ended by itself. */
  readonly restarts: number;
  /** It was told to stop. */
  readonly isStopped: boolean;
  stop(): Promise<void>;
}

interface LogLine {
  level?: string;
  msg?: string;
  telemetry?: string;
  reason?: string;
}

/**
 * Starts an app. Its whole log goes to a file, warnings and worse also to `onTrouble`, a line each.
 *
 * @param environment the servers' addresses and the user's own settings
 */
export function startApp(options: {
  app: FlowApp;
  environment: NodeJS.ProcessEnv;
  logFolder: string;
  onTrouble: (line: string) => void;
}): RunningApp {
  const { app, environment, logFolder, onTrouble } = options;
  mkdirSync(logFolder, { recursive: true });
  const logFile = join(logFolder, `${app.name}.log`);
  const log = createWriteStream(logFile);
  let telemetryUrl: string | undefined;
  let restarts = 0;
  let stopping = false;
  let child: ChildProcess;

  const run = async (): Promise<number | null> => {
    child = spawn(process.execPath, [join(workspaceRoot, 'apps', app.folder, 'src/main.ts'), '--tied'], {
      env: { ...app.environment, ...environment, TELEMETRY_PORT: '0', LOG_FORMAT: 'json' },
      stdio: ['pipe', 'pipe', 'pipe'],
      // Ctrl-C on the terminal reaches only this process, which stops the apps in order.
      detached: true,
    });
    const exited = once(child, 'exit');
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        log.write(`${line}\n`);
        const entry = parseLine(line);
        telemetryUrl = entry?.telemetry ?? telemetryUrl;
        if (entry === undefined) onTrouble(`${app.name}: ${line}`);
        else if (entry.level === 'warn' || entry.level === 'error' || entry.level === 'fatal') {
          onTrouble(`${app.name}: ${entry.msg ?? ''}${entry.reason === undefined ? '' : ` (${entry.reason})`}`);
        }
      });
    }
    const [code] = (await exited) as [number | null];
    telemetryUrl = undefined;
    return code;
  };

  const running = (async () => {
    for (;;) {
      const code = await run();
      if (stopping || code === 0) return;
      // A wrong setting does not come right by itself.
      if (code === 2) return onTrouble(`${app.name} does not run until its settings are mended; start again then`);
      restarts++;
      onTrouble(`${app.name} ended unexpectedly and is started again; its log is ${logFile}`);
      await delay(Math.min(30_000, 500 * 2 ** restarts));
      if (stopping) return;
    }
  })();

  return {
    app,
    get telemetryUrl() {
      return telemetryUrl;
    },
    get restarts() {
      return restarts;
    },
    get isStopped() {
      return stopping;
    },
    async stop() {
      stopping = true;
      child.kill('SIGTERM');
      await running;
      log.end();
    },
  };
}

function parseLine(line: string): LogLine | undefined {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return undefined;
  }
}
