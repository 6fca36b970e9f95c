import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { runProgram } from './run-program.ts';

/** Where what is built once for a machine is kept. */
export const cacheFolder =
  process.env['SLUICE_CACHE'] ??
  (process.getuid?.() === 0
    ? '/var/cache/sluice'
    : join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sluice'));

const goEnvironment = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' };

/** Runs Go. @throws with what to do where there is none */
export async function go(args: readonly string[], cwd: string, more: NodeJS.ProcessEnv = {}): Promise<string> {
  return runProgram('go', args, { cwd, env: { ...goEnvironment, ...more } }).catch((error: unknown) => {
    if (!String(error).includes('ENOENT')) throw error;
    throw new Error('Go is not on PATH: install Go 1.26 or newer');
  });
}

/**
 * A folder of the cache, filled once by `fill`, which gets an empty one: whole or not at all, also where two processes are at it.
 *
 * @returns its path
 */
export async function cached(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder, name);
  if (existsSync(folder)) return folder;
  await mkdir(cacheFolder, { recursive: true });
  const work = await mkdtemp(join(cacheFolder, `.${name}-`));
  try {
    await fill(work);
    await rename(work, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

/** Builds a program whose module allows `go install`. @returns its path */
export async function installedProgram(module: string, path: string, version: string): Promise<string> {
  const name = path.split('/').at(-1) ?? path;
  const folder = await cached(`${name}-${version}`, async (work) => {
    await go(['install', '-trimpath', '-ldflags', '-s -w', `${module}${path}@${version}`], work, { GOBIN: work });
  });
  return join(folder, name);
}

/** Where Go has unpacked a module. */
export async function moduleFolder(module: string, version: string): Promise<string> {
  await mkdir(cacheFolder, { recursive: true });
  const { Dir } = JSON.parse(await go(['mod', 'download', '-json', `${module}@${version}`], dirname(cacheFolder))) as {
    Dir: string;
  };
  return Dir;
}

/**
 * Builds a program whose go.mod replaces modules, so that it cannot be installed by name: as a dependency of a module of ours it can. Its
 * file is named after the last part of the program's path.
 */
export async function buildDependency(
  folder: string,
  from: { module: string; version: string; program: string },
): Promise<void> {
  const { module, version, program } = from;
  const work = join(folder, 'module');
  await mkdir(work);
  await writeFile(join(work, 'go.mod'), `module tools\ngo 1.26.0\nrequire ${module} ${version}\n`);
  await writeFile(join(work, 'tools.go'), `//go:build tools\n\npackage tools\n\nimport _ "${program}"\n`);
  await go(['mod', 'tidy'], work);
  const file = join(folder, program.split('/').at(-1) ?? program);
  await go(['build', '-trimpath', '-ldflags', '-s -w', '-o', file, program], work);
}
