import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { UserError } from '../user-error.ts';
import { workspaceRoot } from '../workspace-root.ts';

/** The local servers, or those that the environment names. */
export interface RunningStack {
  /** Their addresses, as the apps' settings. */
  environment: Record<string, string>;
  servers: { name: string; state: string; address: string; reason?: string }[];
  /** Hands on what is said of the servers later, such as that one died. */
  onMessage(listener: (message: string) => void): void;
  stop(): Promise<void>;
}

/**
 * Starts the servers and waits until they are ready; their progress is shown on standard error. They stop with this process,
 * however it ends.
 *
 * @param options.fresh with data of their own that is removed afterwards
 * @param options.signal ends the start, until they are ready
 * @throws UserError when they do not start
 */
export async function startStack(options: { fresh: boolean; signal: AbortSignal }): Promise<RunningStack> {
  const name = options.fresh ? ['--name', `check-${process.pid}`, '--temporary'] : [];
  const child = spawn(
    process.execPath,
    [join(workspaceRoot, 'apps/ops/stack/src/main.ts'), 'up', '--tied', '--json', ...name],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      // Ctrl-C on the terminal reaches only this process: the servers are to end after the apps.
      detached: true,
    },
  );
  const end = () => child.stdin.end();
  options.signal.addEventListener('abort', end, { once: true });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line'), exited.then(() => undefined)]);
  options.signal.removeEventListener('abort', end);
  if (first === undefined) throw new UserError('The local servers did not start: the reason is above.');
  const report = JSON.parse(String(first[0])) as Pick<RunningStack, 'environment' | 'servers'>;
  return {
    ...report,
    onMessage: (listener) => lines.on('line', (line) => listener((JSON.parse(line) as { message: string }).message)),
    async stop() {
      end();
      await exited;
    },
  };
}
