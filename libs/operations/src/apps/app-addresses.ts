import { readFile } from 'node:fs/promises';
import { OperationRefused } from '../operation-refused.ts';

/** Where an app serves `/ready` and `/metrics`. */
export interface AppAddress {
  name: string;
  url: string;
}

/** What `sluice start` writes for others to find its apps, and removes at its end. */
export interface RunningApps {
  /** Of `sluice start`. */
  pid: number;
  /** Whether it checks the flow, with servers of its own: then others may start. */
  isCheck: boolean;
  apps: AppAddress[];
}

/**
 * The addresses of the apps: those of `SLUICE_APPS` (`name=url`, separated by commas), else those that `sluice start` has written.
 *
 * @param options.list the value of `SLUICE_APPS`
 * @param options.file what `sluice start` has written
 * @returns undefined where neither exists: how the apps are is not known then
 * @throws OperationRefused when the list has another form
 */
export async function appAddresses(options: {
  list: string | undefined;
  file: string;
}): Promise<AppAddress[] | undefined> {
  const { list, file } = options;
  if (list !== undefined && list.trim() !== '') return list.split(',').map((item) => addressIn(item.trim()));
  return (await runningApps(file))?.apps;
}

/** What `sluice start` has written to a file; undefined where none runs. */
export async function runningApps(file: string): Promise<RunningApps | undefined> {
  try {
    const running: unknown = JSON.parse(await readFile(file, 'utf8'));
    // A file of a `sluice start` that was killed says nothing about the present.
    return isRunningApps(running) && isAlive(running.pid) ? running : undefined;
  } catch {
    return undefined;
  }
}

function addressIn(item: string): AppAddress {
  const [, name, url] = /^([a-z][a-z0-9.-]*)=(https?:\/\/\S+)$/.exec(item) ?? [];
  if (name === undefined || url === undefined || !URL.canParse(url))
    throw new OperationRefused(
      `SLUICE_APPS must be a list such as elasticsearch=http://127.0.0.1:9464,gcs=http://127.0.0.1:9465; ${JSON.stringify(item)} is not an address with a name`,
    );
  return { name, url: url.replace(/\/$/, '') };
}

const isRunningApps = (value: unknown): value is RunningApps =>
  typeof value === 'object' &&
  value !== null &&
  'pid' in value &&
  typeof value.pid === 'number' &&
  'isCheck' in value &&
  typeof value.isCheck === 'boolean' &&
  'apps' in value &&
  Array.isArray(value.apps);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
