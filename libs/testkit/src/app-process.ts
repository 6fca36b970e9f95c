import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** An app that runs as a process. */
export interface AppProcess {
  readonly pid: number;
  /** The address of `/live`, `/ready` and `/metrics`. Rejects if the process ends before it listens. */
  readonly telemetryUrl: Promise<string>;
  /** The exit code, or the signal's name. */
  readonly exited: Promise<number | string>;
  /** Kills it with SIGKILL. */
  kill(): Promise<void>;
  /** Sends SIGTERM, and waits for the end. */
  stop(): Promise<number | string>;
}

const root = resolve(import.meta.dirname, '../../..');

/**
 * Starts an app. It ends when this process ends.
 *
 * @param options.folder under `apps/`: `sinks/elasticsearch`
 * @param options.program what Node runs in place of the app's source, such as its bundle
 * @param options.logFile its output is appended here
 */
export function startAppProcess(options: {
  folder: string;
  program?: string;
  environment: Readonly<Record<string, string>>;
  logFile: string;
}): AppProcess {
  const { folder, environment, logFile } = options;
  const program = options.program ?? join(root, 'apps', folder, 'src/main.ts');
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { flags: 'a' });
  const child = spawn(process.execPath, [program, '--tied'], {
    env: { ...process.env, TELEMETRY_PORT: '0', LOG_FORMAT: 'json', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const exited = once(child, 'exit').then(([code, signal]: (number | string | null)[]) => code ?? signal ?? 1);
  const telemetry = Promise.withResolvers<string>();
  telemetry.promise.catch(() => {});
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`);
      const url = /"telemetry":"([^"]+)"/.exec(line)?.[1];
      if (url !== undefined) telemetry.resolve(url);
    });
  }
  void exited.then((code) => {
    telemetry.reject(new Error(`${folder} ended with ${code} before it was ready; its log is ${logFile}`));
    log.end();
  });
  return {
    pid: child.pid ?? 0,
    telemetryUrl: telemetry.promise,
    exited,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      child.kill('SIGTERM');
      return exited;
    },
  };
}
