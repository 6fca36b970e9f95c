import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { takeLock, tryLock } from '../state/lock.ts';
import { endProcesses, processesWith } from '../processes/processes.ts';
import { formatBytes, type Progress } from '../progress.ts';
import { type Server } from '../servers/server.ts';
import { UserError } from '../user-error.ts';
import { folderSize } from './folder-size.ts';
import { damageOf, writeManifest } from './manifest.ts';
import { installMark, runTool } from './run-tool.ts';

const workPrefix = '.installing-';

/**
 * Installs or repairs a server if needed. If several processes need the same release, one installs it and the others wait.
 *
 * @returns the folder of the installed release
 */
export async function ensureInstalled(
  server: Server,
  cache: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<string> {
  const folder = join(cache, server.release);
  if (damageOf(folder) === undefined) return folder;
  await createOpenFolder(cache);
  using _lock = await takeLock(folder, {
    signal,
    onWait: () => progress.say(`${server.name}: another process is installing ${server.release}; waiting for it`),
  });
  const damage = damageOf(folder);
  if (damage === undefined) return folder;
  if (damage !== 'absent') progress.say(`${server.name}: ${server.release} is broken (${damage}); installing it again`);
  await removeOldLeftovers(cache, server.release);
  await refuseFullDisk(server, cache);

  const work = join(cache, workPrefix + server.release);
  const isResumed = existsSync(work);
  if (isResumed) progress.say(`${server.name}: resuming an interrupted installation`);
  const startedMs = performance.now();
  try {
    await installOnce(server, work, progress, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    await rm(work, { recursive: true, force: true });
    // The remains of the interrupted installation may be the cause.
    if (!isResumed || error instanceof UserError) throw error;
    progress.say(`${server.name}: the interrupted installation cannot be resumed; starting again`);
    await installOnce(server, work, progress, signal);
  }
  await rm(folder, { recursive: true, force: true });
  await rename(join(work, 'files'), folder);
  await rm(work, { recursive: true, force: true });
  const [size, seconds] = [await folderSize(folder), Math.round((performance.now() - startedMs) / 1000)];
  progress.say(`${server.name}: installed ${server.title}, ${formatBytes(size)} in ${seconds} s`);
  return folder;
}

async function installOnce(server: Server, work: string, progress: Progress, signal: AbortSignal): Promise<void> {
  const files = join(work, 'files');
  const logFile = join(work, 'tool.log');
  // A guard that was killed may have left its tool running.
  await endProcesses(() => processesWith(installMark, work), 0);
  for (const path of [files, `${files}.markers`, logFile]) await rm(path, { recursive: true, force: true });
  await mkdir(files, { recursive: true });
  const { amount: total, unit } = server.installSize;
  const stopTracking = progress.track({
    label: server.release,
    total,
    unit,
    measure: () => (unit === 'bytes' ? folderSize(work) : countLines(logFile)),
  });
  try {
    await server.install({
      server: server.name,
      work,
      files,
      run: (program, args, environment) =>
        runTool({ program, args, environment: { ...environment, [installMark]: work } }, logFile, signal),
    });
    if (server.user) await openToAll(files);
    await writeManifest(files);
  } finally {
    stopTracking();
  }
}

/** Removes the remains of interrupted installations of other releases, unless another process is working there. */
async function removeOldLeftovers(cache: string, release: string): Promise<void> {
  const family = release.replace(/[\d.]+$/, '');
  for (const entry of await readdir(cache)) {
    const name = entry.slice(workPrefix.length);
    if (!entry.startsWith(workPrefix) || name === release || name.replace(/[\d.]+$/, '') !== family) continue;
    using lock = await tryLock(join(cache, name));
    if (lock) await rm(join(cache, entry), { recursive: true, force: true });
  }
}

async function refuseFullDisk(server: Server, cache: string): Promise<void> {
  const { bavail, bsize } = await statfs(cache);
  const freeBytes = bavail * bsize;
  if (freeBytes < server.installDiskBytes)
    throw new UserError(
      `${server.name} needs ${formatBytes(server.installDiskBytes)} in ${cache} for its installation, but only ` +
        `${formatBytes(freeBytes)} are free. Make room, or set SLUICE_CACHE to a folder on another disk.`,
    );
}

/** Creates a folder that every user can read, whatever the umask: Elasticsearch may run as another user. */
async function createOpenFolder(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
}

/** Lets every user read a folder with its contents and run its programs, whatever the umask was. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    const { mode } = await stat(path);
    await chmod(path, mode | (mode & 0o100 ? 0o555 : 0o444));
  }
}

async function countLines(file: string): Promise<number> {
  return (await readFile(file, 'utf8').catch(() => '')).split('\n').length - 1;
}
