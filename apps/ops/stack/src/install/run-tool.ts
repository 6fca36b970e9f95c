import { spawn } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withTail } from '../processes/log-tail.ts';

/** Marks the processes of an installation in their environment; its value is the work folder. */
export const installMark = 'SLUICE_INSTALL';

/**
 * Runs a tool to its end under the guard, output appended to `logFile`. Throws with the tail of the log when it fails,
 * and ends it when the signal aborts.
 */
export async function runTool(
  tool: { program: string; args: readonly string[]; environment: Readonly<Record<string, string>> },
  logFile: string,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const log = openSync(logFile, 'a');
  const guard = spawn(process.execPath, [join(import.meta.dirname, 'guard.ts'), tool.program, ...tool.args], {
    stdio: ['pipe', log, log],
    env: { ...process.env, ...tool.environment },
    // With its leavings: Maven's unpacking creates a folder literally named `${project.basedir}` where it is run without a project.
    cwd: dirname(logFile),
    // A Ctrl-C reaches every process of the terminal's group; the guard outlives it to end the tool.
    detached: true,
  });
  closeSync(log);
  const abort = (): void => void guard.stdin?.end();
  signal.addEventListener('abort', abort);
  try {
    const code = await new Promise<number | null>((done, fail) => guard.on('exit', done).on('error', fail));
    signal.throwIfAborted();
    if (code !== 0) throw new Error(await withTail(`${tool.program} failed with exit code ${code}`, logFile));
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
