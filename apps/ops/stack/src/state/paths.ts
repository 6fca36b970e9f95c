import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The root of this checkout. */
export const checkout = resolve(import.meta.dirname, '../../../../..');

/** The data and state of this checkout's stacks: one folder per stack. */
export const stacksFolder = join(checkout, '.sluice');

/**
 * The folder for installed servers, shared by all clones on this machine: `SLUICE_CACHE`, else `/var/cache/sluice` for root (Elasticsearch
 * runs as another user, who cannot read `/root`), else the user's cache folder.
 */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env, isRoot = process.getuid?.() === 0): string {
  if (environment.SLUICE_CACHE) return resolve(environment.SLUICE_CACHE);
  if (isRoot) return '/var/cache/sluice';
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sluice');
}
