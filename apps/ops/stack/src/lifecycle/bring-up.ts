import { setTimeout as sleep } from 'node:timers/promises';
import { containerCommand, stopContainer } from '../engine/engine.ts';
import type { Way } from '../engine/choose-way.ts';
import { signsOfWork } from '../processes/signs-of-work.ts';
import { createDataFolder } from '../state/data-folder.ts';
import { ensureInstalled } from '../install/ensure-installed.ts';
import { withTail } from '../processes/log-tail.ts';
import { endProcesses, isAlive, type ProcessIdentity } from '../processes/processes.ts';
import { type Progress } from '../progress.ts';
import { logFileOf, processesOf, processInPidFile, spawnServer } from '../processes/server-process.ts';
import { type Command, type Place, type Server } from '../servers/server.ts';
import { type ServerRecord, updateServer } from '../state/state.ts';

/** What is needed to bring up a server. */
export interface BringUpContext {
  stack: string;
  cache: string;
  ports: Readonly<Record<string, number>>;
  /** The ports of the stack's servers, whether they run or will run. */
  portsOf: Place['portsOf'];
  way: Way;
  /** Addresses of the stack's servers, by variable, whether they run or will run. */
  environment: Readonly<Record<string, string>>;
  progress: Progress;
  signal: AbortSignal;
}

/** How long a server may take to start, and how long it may show no work. Generous, for a busy machine. */
const startLimits = {
  readyMs: Number(process.env.STACK_READY_MS ?? 1_800_000),
  silentMs: 300_000,
};
const sayEveryMs = 30_000;

/** Installs a server if needed, starts it, and waits until it is ready. @throws with the reason and the end of its log */
export async function bringUp(server: Server, context: BringUpContext): Promise<ServerRecord> {
  const { stack, ports, way, progress, signal } = context;
  const { command, data } = await prepare(server, context);
  signal.throwIfAborted();

  const startedAtMs = Date.now();
  const address = server.address(ports);
  const usual = { ports: { ...ports }, data, address, ...(way.kind === 'engine' && { engine: way.engine }) };
  const recordProcess = async (identity: ProcessIdentity): Promise<ServerRecord> => {
    const record = { ...usual, process: { ...identity, startedAtMs } };
    await updateServer(stack, server.name, record);
    return record;
  };
  const starter = await spawnServer(command, data);
  try {
    let record = await recordProcess(starter);
    if (command.pidFile !== undefined)
      record = await recordProcess(await startedProcess(server, command, starter, data, signal));
    await untilReady(server, record, { signal, say: progress.say });
    const how = way.kind === 'engine' ? `, in a container of ${way.engine}` : '';
    progress.say(`${server.name}: ready at ${address} after ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s${how}`);
    return record;
  } catch (error) {
    // It failed already; why, is more useful than that it cannot be stopped either.
    if (way.kind === 'engine') await stopContainer(way.engine, stack, server.name).catch(() => {});
    await endProcesses(() => processesOf(data), 0);
    await updateServer(stack, server.name, usual);
    throw error;
  }
}

/** Installs what the toolchain runs; the engine pulls or builds its images itself. */
async function prepare(server: Server, context: BringUpContext): Promise<{ command: Command; data: string }> {
  const { stack, cache, ports, portsOf, way, environment, progress, signal } = context;
  if (way.kind === 'engine') {
    const { engine, because } = way;
    progress.say(`${server.name}: starting a container with ${engine}, because ${because}`);
    const data = await createDataFolder(stack, server, cache);
    await endProcesses(() => processesOf(data), 0);
    return { command: containerCommand(engine, server, { stack, ports }), data };
  }
  const installed = await ensureInstalled(server, cache, progress, signal);
  const data = await createDataFolder(stack, server, cache);
  // A launcher killed between starting a process and recording it leaves that process.
  await endProcesses(() => processesOf(data), 0);
  return {
    command: await server.command({ installed, data, ports, portsOf, runtime: way.runtime, environment }),
    data,
  };
}

/**
 * Waits until a server is ready, as long as it lives and works: its log grows, or it uses CPU. Reports every half minute.
 *
 * @throws with the end of its log when it dies, does nothing for too long, or takes longer than `STACK_READY_MS`
 */
export async function untilReady(
  server: Server,
  record: ServerRecord,
  { signal, say }: { signal: AbortSignal; say: (line: string) => void },
  limits = startLimits,
): Promise<void> {
  const startedMs = performance.now();
  let [seen, seenMs, saidMs] = ['', startedMs, startedMs];
  for (;;) {
    signal.throwIfAborted();
    if (!record.process || !isAlive(record.process))
      throw await failure(server, record.data, 'ended before it was ready');
    if (await server.isReady(record.address)) return;
    const nowMs = performance.now();
    const work = signsOfWork(record.process.pid, logFileOf(server, record.data));
    if (work !== seen) [seen, seenMs] = [work, nowMs];
    if (nowMs - seenMs > limits.silentMs)
      throw await failure(server, record.data, `was not ready and did nothing for ${limits.silentMs / 1000} s`);
    if (nowMs - startedMs > limits.readyMs)
      throw await failure(
        server,
        record.data,
        `was not ready after ${limits.readyMs / 1000} s (STACK_READY_MS sets how many milliseconds it may take)`,
      );
    if (nowMs - saidMs > sayEveryMs) {
      saidMs = nowMs;
      say(
        `${server.name}: still starting after ${Math.round((nowMs - startedMs) / 1000)} s; its log is ${logFileOf(server, record.data)}`,
      );
    }
    await sleep(100, undefined, { signal });
  }
}

/** The process that a starter starts, once it is in the pid file. */
async function startedProcess(
  server: Server,
  command: Command,
  starter: ProcessIdentity,
  data: string,
  signal: AbortSignal,
): Promise<ProcessIdentity> {
  for (;;) {
    // In this order, because a starter writes the file before it ends.
    const isStarting = isAlive(starter);
    const identity = processInPidFile(command);
    if (identity) return identity;
    if (!isStarting) throw await failure(server, data, 'ended before it was ready');
    await sleep(50, undefined, { signal });
  }
}

async function failure(server: Server, data: string, what: string): Promise<Error> {
  return new Error(await withTail(`${server.title} ${what}`, logFileOf(server, data)));
}
