import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../user-error.ts';
import { outputOf } from './executable.ts';

const newestMinor = 16;

/** The two numbers in the output of `python --version`: [3, 13] of `Python 3.13.0`. */
export function parsePythonVersion(printed: string): [major: number, minor: number] | undefined {
  const match = /Python (\d+)\.(\d+)/.exec(printed);
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

/** A Python 3 of at least that minor version: `PYTHON`, PATH, then pyenv's versions. @throws UserError if there is none */
export async function findPython(server: string, minor: number): Promise<string> {
  for (const python of candidates(minor)) {
    // It must run, not only exist: pyenv puts shims on PATH even for inactive versions.
    const version = parsePythonVersion((await outputOf(python, ['--version'])) ?? '');
    if (version && version[0] === 3 && version[1] >= minor) return python;
  }
  throw new UserError(
    `${server} needs Python 3.${minor} or newer, but none was found. Install one, or set PYTHON to it.`,
  );
}

function candidates(minor: number): string[] {
  const names: string[] = process.env.PYTHON ? [process.env.PYTHON] : [];
  for (let candidate = newestMinor; candidate >= minor; candidate--) names.push(`python3.${candidate}`);
  names.push('python3');
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  try {
    for (const version of readdirSync(versions).sort().reverse())
      if (version.startsWith('3.')) names.push(join(versions, version, 'bin/python3'));
  } catch {
    // No pyenv.
  }
  return names;
}
