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
  /** One sentence for each server that is down now. */
  readonly outages: readonly string[];
  /** Passes on later messages of the launcher, such as that a server died. */
  onMessage(listener: (message: string) => void): void;
  stop(): Promise<void>;
}

/** A line that the launcher prints after its report. */
interface LauncherMessage {
  message: string;
  server?: string;
  state?: 'died' | 'running';
  sentence?: string;
}

/**
 * Starts the servers and waits until they are ready. Their progress goes to standard error. They stop with this process, however it
 * ends.
 *
 * @param options.fresh with data of their own, which is deleted at the end
 * @param options.signal aborts the start, until they are ready
 * @throws UserError when they do not start
 */
export async function startStack(options: { fresh: boolean; signal: AbortSignal }): Promise<RunningStack> {
  const name = options.fresh ? ['--name', `check-${process.pid}`, '--temporary'] : [];
  const child = spawn(
    process.execPath,
    [join(workspaceRoot, 'apps/ops/stack/src/main.ts'), 'up', '--tied', '--json', ...name],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      // Ctrl-C on the terminal reaches only this process: the servers must end after the apps.
      detached: true,
    },
  );
  const end = () => child.stdin.end();
  options.signal.addEventListener('abort', end, { once: true });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line'), exited.then(() => undefined)]);
  options.signal.removeEventListener('abort', end);
  if (first === undefined) throw new UserError('The local servers did not start; the reason is above.');
  const report = JSON.parse(String(first[0])) as Pick<RunningStack, 'environment' | 'servers'>;
  const outages = new Map<string, string>();
  return {
    ...report,
    get outages() {
      return [...outages.values()];
    },
    onMessage(listener) {
      lines.on('line', (line) => {
        const { message, server, state, sentence = message } = JSON.parse(line) as LauncherMessage;
        if (server !== undefined && state === 'died') outages.set(server, sentence);
        if (server !== undefined && state === 'running') outages.delete(server);
        listener(message);
      });
    },
    async stop() {
      end();
      await exited;
    },
  };
}
