import { claimStack, releaseStack } from '../state/claim-stack.ts';
import { createProgress, type Progress } from '../progress.ts';
import { allServers } from '../servers/all-servers.ts';
import { type ServerName, withMembers } from '../servers/server.ts';
import { environmentOf, type ServerReport, startServers } from '../lifecycle/start-servers.ts';
import { readState, stackFolder, stackNames } from '../state/state.ts';
import { stopSignal } from '../processes/stop-signal.ts';
import { stopStack, sweepLeftovers } from '../lifecycle/stop-stack.ts';
import { supervise } from '../lifecycle/supervise.ts';
import { outputOf } from '../toolchains/executable.ts';
import { messageOf, UserError } from '../user-error.ts';

/** The options of `up`. */
export interface UpOptions {
  name: string;
  only: readonly ServerName[];
  /** Three make a cluster, with two registries. */
  brokers: '1' | '3';
  detach: boolean;
  tied: boolean;
  temporary: boolean;
  json: boolean;
}

/** Starts the requested servers that do not run, and supervises them unless detached. @returns the exit code */
export async function up(options: UpOptions): Promise<number> {
  const { name, detach, tied } = options;
  const progress = createProgress(process.stderr);
  const { say } = progress;
  const interruption = stopSignal(tied);
  try {
    await sweepLeftovers(stackNames(), say);
    const { reports, isOwner } = await start(options, progress, interruption);
    const isWhole = reports.every((report) => report.reason === undefined);
    print(name, reports, options.json);
    // Printed last: a client without an address would use any server on the usual port.
    for (const line of missingLines(reports)) say(line);
    if (detach) return isWhole ? 0 : 1;
    if (!tied && !reports.some((report) => report.state === 'running')) {
      if (isOwner) await stopStack(name);
    } else if (isOwner) {
      // A program that reads JSON gets later events as JSON too, and decides what its user sees.
      const report = (event: { message: string }): void =>
        options.json ? void process.stdout.write(`${JSON.stringify(event)}\n`) : say(event.message);
      const ready = isWhole ? 'All servers are ready' : 'The servers that could be started are ready';
      if (!options.json) say(`${ready}. Ctrl-C stops the stack.${await composeHint()}`);
      await supervise(name, report, interruption);
      report({ message: `Stopping the stack ${name} (${messageOf(interruption.reason)}).` });
      await stopStack(name);
    } else {
      say(`The stack ${name} belongs to process ${readState(name)?.owner?.pid}, which supervises it.`);
      if (tied && !interruption.aborted) await new Promise((done) => interruption.addEventListener('abort', done));
    }
    return isWhole ? 0 : 1;
  } catch (error) {
    if (!interruption.aborted) throw error;
    say(`Interrupted (${messageOf(interruption.reason)}); the started servers are stopped.`);
    return 1;
  }
}

/** Starts the servers under the stack's start lock. An owner that fails stops the stack. */
async function start(
  { name, only, brokers, detach, temporary }: UpOptions,
  progress: Progress,
  interruption: AbortSignal,
): Promise<{ reports: ServerReport[]; isOwner: boolean }> {
  const { startLock, isOwner } = await claimStack(name, { detach, temporary }, interruption, () =>
    progress.say(`Another process is starting or stopping the stack ${name}; waiting for it.`),
  );
  const takenDown = takenDownSignal(name);
  try {
    const reports = await startServers(
      name,
      brokers === '3' ? withMembers(only) : only,
      progress,
      AbortSignal.any([interruption, takenDown.signal]),
    );
    if (isOwner && detach) await releaseStack(name);
    return { reports, isOwner };
  } catch (error) {
    startLock.release();
    if (isOwner) await stopStack(name);
    throw error;
  } finally {
    takenDown.release();
    startLock.release();
  }
}

/** Aborts when another process begins to stop that stack, until it is released. */
function takenDownSignal(name: string): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const timer = setInterval(() => {
    if (readState(name)?.isStopping)
      controller.abort(new UserError(`Not started: another process is stopping the stack ${name}.`));
  }, 250);
  return { signal: controller.signal, release: () => clearInterval(timer) };
}

/** One line for each server that cannot be used, with the effect on its clients. */
function missingLines(reports: readonly ServerReport[]): string[] {
  return reports
    .filter(({ reason }) => reason !== undefined)
    .map(({ name }) => {
      const { variable } = allServers[name];
      return `${name} is missing, so ${variable} has no address here. Set it yourself, or do not start the apps that need it: without ${variable} an app uses its default.`;
    });
}

function print(name: string, reports: readonly ServerReport[], isJson: boolean): void {
  const environment = environmentOf(reports);
  const lines = isJson
    ? [JSON.stringify({ name, directory: stackFolder(name), environment, servers: reports })]
    : Object.entries(environment).map(([variable, address]) => `${variable}=${address}`);
  for (const line of lines) process.stdout.write(`${line}\n`);
}

async function composeHint(): Promise<string> {
  const answers = await Promise.all([outputOf('docker', ['compose', 'version']), outputOf('docker', ['info'])]);
  return answers.includes(undefined) ? '' : ' (`docker compose up` gives the same addresses.)';
}
