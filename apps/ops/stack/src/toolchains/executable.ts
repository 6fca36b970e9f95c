import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first executable of that name on PATH, or undefined. */
export function onPath(name: string): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, name);
    if (folder !== '' && isExecutable(file)) return file;
  }
  return undefined;
}

/** Whether this user may execute that file. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a program. @returns its output on both streams; undefined if it cannot run, fails, or takes more than 20 s */
export function outputOf(
  program: string,
  args: readonly string[],
  user?: { uid: number; gid: number },
): Promise<string | undefined> {
  return new Promise((done) => {
    const child = execFile(program, args, { timeout: 20_000, cwd: '/', ...user }, (error, stdout, stderr) =>
      done(error ? undefined : stdout + stderr),
    );
    child.on('error', () => done(undefined));
  });
}
