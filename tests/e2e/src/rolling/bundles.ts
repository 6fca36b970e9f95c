import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { root } from '../harness/run-command.ts';

const execute = promisify(execFile);
const git = async (...args: string[]): Promise<string> => (await execute('git', args, { cwd: root })).stdout.trim();

/** The bundles of one state of the repository, by app: `<role>/<app>`. */
export type Bundles = ReadonlyMap<string, string>;

/** Bundles those of the apps that a checkout has, as for their images. */
export async function bundleApps(checkout: string, apps: readonly string[], signal: AbortSignal): Promise<Bundles> {
  const bundle = join(checkout, 'tools/workspace/src/bundle.ts');
  const files = new Map<string, string>();
  for (const app of apps) {
    signal.throwIfAborted();
    if (!existsSync(join(checkout, 'apps', app))) continue;
    await execute(process.execPath, [bundle, `apps/${app}`], { cwd: checkout });
    files.set(app, join(checkout, 'dist', basename(app), 'main.mjs'));
  }
  return files;
}

/** How many commits a release is apart where there is none yet. */
const commitsApart = 10;

/** The commit of the release before this one: the newest tag, or where there is none, a commit some way back. */
export async function previousCommit(): Promise<string> {
  const given = process.env['PREVIOUS_RELEASE'];
  if (given !== undefined) return git('rev-parse', '--short', given);
  const tag = await git('describe', '--tags', '--abbrev=0').catch(() => undefined);
  return git('rev-parse', '--short', tag ?? `HEAD~${commitsApart}`);
}

/**
 * Checks a commit out, with the packages that are installed here and its own libraries.
 *
 * @returns what takes the checkout away again
 */
export async function checkOut(commit: string, folder: string): Promise<() => Promise<void>> {
  await git('worktree', 'add', '--detach', '--force', folder, commit);
  await linkPackages(folder);
  return async () => {
    await git('worktree', 'remove', '--force', folder);
  };
}

async function linkPackages(checkout: string): Promise<void> {
  const [from, to] = [join(root, 'node_modules'), join(checkout, 'node_modules')];
  await rm(to, { recursive: true, force: true });
  await mkdir(join(to, '@sluice'), { recursive: true });
  for (const name of await readdir(from)) if (name !== '@sluice') await symlink(join(from, name), join(to, name));
  for (const file of globSync('{apps/*/*,libs/*,libs/connectors/*,tools/*,tests/*}/package.json', { cwd: checkout })) {
    const { name } = JSON.parse(readFileSync(join(checkout, file), 'utf8')) as { name: string };
    await symlink(join(checkout, dirname(file)), join(to, name));
    // Packages that are installed for it alone.
    const own = join(root, dirname(file), 'node_modules');
    if (existsSync(own)) await symlink(own, join(checkout, dirname(file), 'node_modules'));
  }
}
