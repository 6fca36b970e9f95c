import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually } from './eventually.ts';

export type ServerName =
  | 'kafka'
  | 'kafka-2'
  | 'kafka-3'
  | 'registry'
  | 'registry-2'
  | 'elasticsearch'
  | 'gcs'
  | 'bigquery'
  | 'mqtt'
  | 's3'
  | 'sqs'
  | 'pubsub'
  | 'postgres'
  | 'opensearch';

/** The first line of `stack up --json`, printed when everything is ready. */
interface StackReport {
  name: string;
  environment: Record<string, string>;
  servers: {
    name: ServerName;
    state: 'running' | 'external' | 'unavailable';
    address: string;
    pid?: number;
    reason?: string;
  }[];
}

/** Local servers. They end with this process at the latest. */
export interface LaunchedStack extends StackReport {
  /** Kills a server with SIGKILL. */
  kill(server: ServerName): Promise<void>;
  /** Stops a server with SIGTERM, and waits until it has ended. */
  end(server: ServerName): Promise<void>;
  /** Starts a killed or stopped server again, with the same address and data. */
  restore(server: ServerName): Promise<void>;
  stop(): Promise<void>;
}

const root = resolve(import.meta.dirname, '../../..');
const program = join(root, 'apps/ops/stack/src/main.ts');

/**
 * Starts local servers with temporary data. A server whose address is in the environment is used instead, unless `settings` unset it.
 * Progress goes to standard error.
 *
 * @throws when a requested server is not available
 */
export async function launchStack(options: {
  name: string;
  only: readonly ServerName[];
  /** Three make a cluster, with two registries. */
  brokers?: 1 | 3;
  quiet?: boolean;
  /** Overrides the environment of the stack, such as `STACK_…`; an empty address starts a new server. */
  settings?: Readonly<Record<string, string>>;
}): Promise<LaunchedStack> {
  const { name, only, brokers = 1, quiet = false, settings = {} } = options;
  const env = { ...process.env, ...settings };
  const owner = spawn(
    process.execPath,
    [
      ...[program, 'up', '--name', name, '--only', only.join(','), '--brokers', String(brokers)],
      ...['--tied', '--temporary', '--json'],
    ],
    {
      stdio: ['pipe', 'pipe', quiet ? 'ignore' : 'inherit'],
      cwd: root,
      env,
    },
  );
  const report = await firstLine(owner.stdout);
  if (report === undefined) throw new Error(`the local servers ${only.join(', ')} did not start; the reason is above`);
  const stack = JSON.parse(report) as StackReport;

  const pidOf = (state: StackReport, server: ServerName): number => {
    const pid = state.servers.find((one) => one.name === server)?.pid;
    if (pid === undefined) throw new Error(`${server} is not a server of this stack`);
    return pid;
  };
  let current = stack;
  const stop = async () => {
    if (owner.exitCode !== null || owner.signalCode !== null) return;
    owner.stdin.end();
    await once(owner, 'exit');
  };
  const missing = stack.servers.filter(({ state, name: server }) => only.includes(server) && state === 'unavailable');
  if (missing.length > 0) {
    await stop();
    throw new Error(missing.map(({ name: server, reason }) => `${server}: ${reason ?? 'not available'}`).join('\n'));
  }

  // A process that is still ending would look like a running server.
  const end = async (server: ServerName, signal: NodeJS.Signals): Promise<void> => {
    const pid = pidOf(current, server);
    process.kill(pid, signal);
    await eventually(() => expectGone(pid));
  };

  return {
    ...stack,
    stop,
    kill: (server) => end(server, 'SIGKILL'),
    end: (server) => end(server, 'SIGTERM'),
    async restore(server) {
      const again = spawn(process.execPath, [program, 'up', '--name', name, '--only', server, '--detach', '--json'], {
        stdio: ['ignore', 'pipe', quiet ? 'ignore' : 'inherit'],
        cwd: root,
        env,
      });
      const line = await firstLine(again.stdout);
      if (line === undefined) throw new Error(`${server} did not come back`);
      // The report holds only the requested servers.
      const { servers } = JSON.parse(line) as StackReport;
      const own = servers.find((one) => one.name === server);
      if (own?.state !== 'running') throw new Error(`${server} did not come back: ${own?.reason ?? 'it does not run'}`);
      current = { ...current, servers: [...current.servers.filter(({ name: other }) => other !== server), ...servers] };
    },
  };
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string | undefined> {
  for await (const line of createInterface({ input: stream })) return line;
  return undefined;
}

/** @throws while the process exists */
function expectGone(pid: number): void {
  try {
    process.kill(pid, 0);
  } catch {
    return;
  }
  throw new Error(`process ${pid} still exists`);
}
