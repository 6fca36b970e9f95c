import { spawn } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withTail } from '../processes/log-tail.ts';

/** Marks the processes of an installation in their environment; its value is the work folder. */
export const installMark = 'SLUICE_INSTALL';

/**
 * Runs a tool to its end under the guard, and appends its output to `logFile`. Ends it when the signal aborts.
 *
 * @throws with the end of the log when it fails
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
    // Without a project, Maven's unpacking creates a folder literally named `${project.basedir}` in the working directory.
    cwd: dirname(logFile),
    // Ctrl-C reaches every process of the terminal's group. The guard must survive it to end the tool.
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
