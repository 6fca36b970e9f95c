import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { workspaceRoot } from '../../workspace-root.ts';
import type { SyntheticInput } from '../apps/flows.ts';

/** A running program that generates a source's input. */
export interface RunningInput {
  /** Settings that make the source read it. */
  overrides: Readonly<Record<string, string>>;
  end(): Promise<void>;
}

/**
 * Runs the program that generates a source's input.
 *
 * @param options.onWarning gets each line of its standard error
 * @param options.onEnd called when it ends before `end`, with its exit code and its last lines
 */
export async function startSyntheticInput(options: {
  input: SyntheticInput;
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
    overrides: filled(input.overrides),
    async end() {
      isEnding = true;
      child.kill('SIGTERM');
      await closed;
    },
  };
}

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
