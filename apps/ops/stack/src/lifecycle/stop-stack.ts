import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { removeContainers, stopContainer } from '../engine/engine.ts';
import { takeLock } from '../state/lock.ts';
import { endProcesses, isAlive, type ProcessIdentity } from '../processes/processes.ts';
import { processesOf } from '../processes/server-process.ts';
import { serverNames } from '../servers/server.ts';
import { startLockName, stopLockName } from '../state/stack-locks.ts';
import { readState, type ServerRecord, stackFolder, type StackState, updateState } from '../state/state.ts';

const graceMs = 15_000;
const patienceMs = 30_000;

/**
 * Ends all processes of a stack and waits until they have ended. Keeps its data and ports, unless the stack is temporary.
 *
 * @param condition does nothing unless the state meets it
 */
export async function stopStack(name: string, condition: (state: StackState) => boolean = () => true): Promise<void> {
  using _stopLock = await takeLock(stopLockName(name));
  // Awaited here: the lock is held until they are gone.
  if (!readState(name)) return await endServers(name, undefined);
  let isMet = false;
  const state = await updateState(name, (before) => {
    isMet = condition(before);
    return isMet ? { ...before, isStopping: true } : before;
  });
  if (!isMet) return;
  // A process that is starting servers sees `isStopping` and releases the lock.
  const startLock = await takeLock(startLockName(name), { signal: AbortSignal.timeout(patienceMs) }).catch(
    () => undefined,
  );
  try {
    await endServers(name, state);
    if (state.isTemporary) await removeData(name);
    else await updateState(name, withoutProcesses);
  } finally {
    startLock?.release();
  }
}

/** Like `stopStack`, but first ends the launcher that owns the stack, which stops it. */
export async function stopStackOfAnyone(name: string): Promise<void> {
  const owner = readState(name)?.owner;
  if (owner && owner.pid !== process.pid) await endProcesses(() => [owner], patienceMs);
  await stopStack(name);
}

/** Whether servers of a stack run because their launcher was killed: unsupervised, and not detached. */
function isLeftover(name: string, state: StackState): boolean {
  if (state.isDetached || (state.owner && isAlive(state.owner))) return false;
  return state.owner !== undefined || dataFolders(name, state).some((data) => processesOf(data).length > 0);
}

/** Stops every stack of this checkout whose launcher was killed, and removes its data if it was temporary. */
export async function sweepLeftovers(names: readonly string[], say: (line: string) => void): Promise<void> {
  for (const name of names) {
    const state = readState(name);
    if (!state || !isLeftover(name, state)) continue;
    say(`The launcher of the stack ${name} was killed; stopping the servers it left.`);
    await stopStack(name, (now) => isLeftover(name, now));
  }
}

/** Deletes the data and the state of a stack. @returns the deleted folders */
export async function removeData(name: string): Promise<string[]> {
  const folders = foldersOf(name);
  const engines = new Set(Object.values(readState(name)?.servers ?? {}).flatMap(({ engine }) => engine ?? []));
  for (const engine of engines) await removeContainers(engine, name);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  return folders;
}

/** All folders of a stack: its own, and data in other places. */
export function foldersOf(name: string): string[] {
  const folder = stackFolder(name);
  return [folder, ...dataFolders(name, readState(name)).filter((data) => !data.startsWith(join(folder, '/')))];
}

async function endServers(name: string, state: StackState | undefined): Promise<void> {
  // Data that will be deleted needs no orderly shutdown.
  const grace = state?.isTemporary ? 0 : graceMs;
  // The engine's client ends by itself when its container has. A client that is killed leaves the container running.
  const records = readState(name)?.servers ?? {};
  const containers = await Promise.allSettled(
    serverNames.map(async (server) => {
      const engine = records[server]?.engine;
      if (engine !== undefined) await stopContainer(engine, name, server);
    }),
  );
  await Promise.all(
    dataFolders(name, state).map((data) =>
      endProcesses(() => [...processesOf(data), ...recordedProcesses(name, data)], grace),
    ),
  );
  for (const result of containers) if (result.status === 'rejected') throw result.reason;
}

/** Every folder a server's process may have been started for, recorded or not. */
function dataFolders(name: string, state: StackState | undefined): string[] {
  const usual = serverNames.map((server) => join(stackFolder(name), server));
  return [...new Set([...usual, ...Object.values(state?.servers ?? {}).map((record) => record.data)])];
}

function recordedProcesses(name: string, data: string): ProcessIdentity[] {
  return Object.values(readState(name)?.servers ?? {}).flatMap((record) =>
    record.data === data && record.process ? [record.process] : [],
  );
}

function withoutProcesses({ isTemporary, servers }: StackState): StackState {
  const stopped = Object.entries(servers).map(([name, { process: _, ...record }]): [string, ServerRecord] => [
    name,
    record,
  ]);
  return { isDetached: false, isTemporary, isStopping: false, servers: Object.fromEntries(stopped) };
}
