import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The root of the checkout this program lies in. */
export const checkout = resolve(import.meta.dirname, '../../../../..');

/** Where the stacks of this checkout keep their data and state: one folder per stack name. */
export const stacksFolder = join(checkout, '.sluice');

/**
 * The folder every clone on this machine shares for installed servers: `SLUICE_CACHE`, else `/var/cache/sluice` for root
 * (Elasticsearch refuses root, and the user it runs as cannot look into `/root`), else the user's cache folder.
 */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env, isRoot = process.getuid?.() === 0): string {
  if (environment.SLUICE_CACHE) return resolve(environment.SLUICE_CACHE);
  if (isRoot) return '/var/cache/sluice';
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sluice');
}
