import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { MadeUpInput } from './apps/flows.ts';
import { workspaceRoot } from '../workspace-root.ts';

/** A program that makes a source's input. */
interface RunningInput {
  /** Settings that lead the source to it. */
  leads: Readonly<Record<string, string>>;
  end(): Promise<void>;
}

/**
 * Runs the program that makes a source's input, until it is ended. What it says on standard error goes to `onWarning`, and that it has ended
 * by itself, to `onEnd`, with its exit code and its last words.
 */
export async function startMadeUpInput(options: {
  input: MadeUpInput;
  environment: NodeJS.ProcessEnv;
  onWarning: (line: string) => void;
  onEnd: (code: number | null, lines: readonly string[]) => void;
}): Promise<RunningInput> {
  const { input, environment, onWarning, onEnd } = options;
  const port = String(await freePort());
  const filled = (settings: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, value.replace('{port}', port)]));
  const child = spawn(process.execPath, [join(workspaceRoot, 'apps', input.program), '--tied', ...input.args], {
    env: { ...environment, TELEMETRY_PORT: '0', ...filled(input.settings) },
    stdio: ['pipe', 'ignore', 'pipe'],
    // Ctrl-C on the terminal reaches only this process, which stops the source first.
    detached: true,
  });
  child.stdin.on('error', () => {});
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    if (lines.length > 20) lines.shift();
    onWarning(line);
  });
  let isEnding = false;
  const closed = once(child, 'close').then(([code]: (number | null)[]) => {
    if (!isEnding) onEnd(code ?? null, lines);
  });
  return {
    leads: filled(input.leads),
    async end() {
      isEnding = true;
      child.kill('SIGTERM');
      await closed;
    },
  };
}

/** A port that nobody listens on at this moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('there is no free port');
  return address.port;
}
