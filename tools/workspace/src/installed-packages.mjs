// For the launcher, which any Node from 22.13 on runs before a package is installed: no TypeScript, and no package.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Compares what npm installed, by its own record in node_modules, with the lockfile, whoever called npm.
 *
 * @param {string} root the checkout
 * @returns {string | undefined} the first package that is missing or differs; undefined when all is there
 */
export function packageToInstall(root) {
  const wanted = packagesOf(join(root, 'package-lock.json')) ?? {};
  // npm writes it last: after an installation that was interrupted there is none.
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return 'node_modules';
  return Object.keys(wanted).find((path) => {
    if (!path.split('/').includes('node_modules')) return false;
    const [package_, found] = [wanted[path], installed[path]];
    // Meant for another platform.
    if (found === undefined) return package_.optional !== true && package_.devOptional !== true;
    if (package_.link === true) return found.link !== true || !existsSync(join(root, path));
    if (found.version !== package_.version || found.integrity !== package_.integrity) return true;
    return !existsSync(join(root, path, 'package.json'));
  });
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
