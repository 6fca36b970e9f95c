import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../../../..');

/** What a command printed and how it ended. */
export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A running command. */
export interface RunningCommand {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  readonly ended: Promise<CommandResult>;
  /** Sends SIGINT to the whole process group, as Ctrl-C on a terminal does. */
  interrupt(): Promise<CommandResult>;
}

/** Settings of the apps, which a command must not inherit from the test run. */
const ownPrefixes =
  /^(KAFKA|SCHEMA_REGISTRY|ELASTICSEARCH|GCS|BIGQUERY|SINK|SOURCE|HOST_METRICS|TWEETS|X|SIMULATOR|IOT|MQTT|VIDEO_EVENTS|EVENT_RATES|JSON_LINES|TELEMETRY|LOG|DASHBOARD|AUDITS)_/;

/** Starts a command line in the checkout, without a terminal and without input. */
export function startCommand(line: string, environment: Readonly<Record<string, string>> = {}): RunningCommand {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ownPrefixes.test(name)));
  const [command = '', ...args] = line.split(' ');
  const child = spawn(command, args, {
    cwd: root,
    env: { ...inherited, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const ended = once(child, 'close').then(([code]: (number | null)[]) => ({ code: code ?? null, ...output }));
  return {
    child,
    output,
    ended,
    interrupt() {
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
        process.kill(-child.pid, 'SIGINT');
      return ended;
    },
  };
}

/** Runs a command line to its end. */
export const runCommand = (line: string, environment?: Readonly<Record<string, string>>): Promise<CommandResult> =>
  startCommand(line, environment).ended;
