import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { workspaceRoot } from '../workspace-root.ts';
import { readOutput } from './apps/app-output.ts';
import type { FlowApp } from './apps/flows.ts';
import type { ShownApp } from './apps/shown-app.ts';
import { logFile } from './log-file.ts';
import type { Notices } from './notices.ts';

/** The dashboard as a process next to the apps. The flow does not depend on it: where it fails, a warning says so. */
export interface RunningDashboard {
  /** Where its page is; undefined while it starts or after it has ended. */
  readonly address: string | undefined;
  /** Tells it where the apps are now, with the roles by name. */
  update(apps: readonly ShownApp[], roles: ReadonlyMap<string, FlowApp['role']>): void;
  stop(): Promise<void>;
}

const program = join(workspaceRoot, 'dist/dashboard/main.mjs');
/** In the form of Prometheus' file_sd_config, so that a Prometheus can use it as well. */
const targetsFile = join(workspaceRoot, '.sluice/targets.json');
const usualPort = 4600;
/**
 * Memory before speed: 136 MB instead of 192. With less room from the start, collecting garbage takes more time than all else.
 */
const littleMemory = [
  '--optimize-for-size',
  '--min-semi-space-size=4',
  '--max-semi-space-size=4',
  '--initial-old-space-size=40',
];
/** Buffers of what it reads from Kafka go back to the system at once, and threads share what was freed: 4 MB less of 107. */
const littleKept = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '131072' };

/**
 * Builds the server, and the page if its sources are newer, and starts it. From its sources it would take more memory.
 *
 * @param options.environment the servers' addresses and the user's settings
 */
export async function startDashboard(options: {
  environment: NodeJS.ProcessEnv;
  logFolder: string;
  notices: Notices;
}): Promise<RunningDashboard> {
  const { environment, logFolder, notices } = options;
  const log = logFile(join(logFolder, 'dashboard.log'), (sentence) => notices.note('dashboard', sentence));
  let address: string | undefined;
  let written = '';
  let isStopping = false;
  const builder = spawn(
    process.execPath,
    [join(workspaceRoot, 'tools/workspace/src/bundle.ts'), 'apps/ops/dashboard', '--quick'],
    {
      cwd: workspaceRoot,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const problem: string[] = [];
  builder.stderr.on('data', (chunk: Buffer) => problem.push(chunk.toString()));
  const [code] = (await once(builder, 'close')) as [number | null];
  if (code !== 0) notices.note('dashboard', `it could not be built: ${problem.join('').trim()}`);

  const child = spawn(process.execPath, [...littleMemory, program, '--tied'], {
    env: {
      ...(await ownSettings(environment)),
      ...environment,
      TELEMETRY_PORT: '0',
      LOG_FORMAT: 'json',
      ...littleKept,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
    // Ctrl-C on the terminal reaches only this process.
    detached: true,
  });
  child.stdin.on('error', () => {});
  const listening = Promise.withResolvers<void>();
  const ended = readOutput(child, {
    onText: log.write,
    onTelemetry() {},
    onWarning: (text) => notices.note('dashboard', text),
    onDashboard(url) {
      address = url;
      listening.resolve();
    },
  }).then(({ fatal, unformatted }) => {
    address = undefined;
    if (!isStopping) notices.note('dashboard', `it has ended: ${fatal ?? unformatted.join(' ')}`);
    listening.resolve();
    log.end();
  });
  await listening.promise;

  return {
    get address() {
      return address;
    },
    update(apps, roles) {
      const text = `${JSON.stringify(apps.map((app) => target(app, roles.get(app.name))))}\n`;
      if (text === written) return;
      written = text;
      mkdirSync(join(workspaceRoot, '.sluice'), { recursive: true });
      // Its readers never see half of it.
      writeFileSync(`${targetsFile}.new`, text);
      renameSync(`${targetsFile}.new`, targetsFile);
    },
    async stop() {
      isStopping = true;
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** An entry of file_sd_config. Prometheus drops labels that begin with two underscores. */
function target({ name, port, state, reason }: ShownApp, role: FlowApp['role'] | undefined): object {
  return {
    targets: port === undefined ? [] : [`127.0.0.1:${port}`],
    labels: {
      app: name,
      ...(role !== undefined && { role }),
      ...(port === undefined && { __reason: reason ?? state }),
    },
  };
}

/** Settings that suit one machine. Where the usual port is taken, a free one is used. */
async function ownSettings(environment: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  return {
    DASHBOARD_WRITE: 'true',
    DASHBOARD_APPS_FILE: targetsFile,
    DASHBOARD_COMMAND: join(workspaceRoot, 'apps/ops/cli/src/main.ts'),
    AUDITS_FILE: join(workspaceRoot, '.sluice/audits.jsonl'),
    ...((environment['DASHBOARD_PORT'] ?? '') === '' && {
      DASHBOARD_PORT: String((await isFree(usualPort)) ? usualPort : 0),
    }),
    // The stand-in has no quota.
    BIGQUERY_LOADS_PER_DAY: '1000000',
  };
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
