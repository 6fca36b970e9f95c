import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface ProgramOptions {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** What the program reads. */
  input?: string;
}

/** How a program ended, and what it printed. */
export interface ProgramResult {
  ok: boolean;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end, whatever that is. */
export async function tryProgram(
  program: string,
  args: readonly string[],
  { input, ...options }: ProgramOptions = {},
): Promise<ProgramResult> {
  const running = execute(program, args, { ...options, maxBuffer: 256 * 2 ** 20 });
  running.child.stdin?.end(input);
  return running.then(
    ({ stdout, stderr }) => ({ ok: true, stdout, stderr }),
    (error: Error & { stdout?: string; stderr?: string }) => ({
      ok: false,
      stdout: error.stdout ?? '',
      stderr: error.stderr?.trim() || error.message,
    }),
  );
}

/** @returns what it printed @throws with the end of what it said where it fails */
export async function runProgram(program: string, args: readonly string[], options?: ProgramOptions): Promise<string> {
  const { ok, stdout, stderr } = await tryProgram(program, args, options);
  if (!ok) throw new Error(`${program} ${args[0] ?? ''} failed: ${stderr.split('\n').slice(-8).join('\n')}`);
  return stdout;
}
