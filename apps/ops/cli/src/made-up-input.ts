import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { MadeUpInput } from './flows.ts';
import { workspaceRoot } from './workspace-root.ts';

/** A program that makes a source's input. */
interface RunningInput {
  /** Settings that lead the source to it. */
  leads: Readonly<Record<string, string>>;
  end(): Promise<void>;
}

/** Runs the program that makes a source's input, until it is ended. What it says on standard error goes to `onTrouble`. */
export async function startMadeUpInput(options: {
  input: MadeUpInput;
  environment: NodeJS.ProcessEnv;
  onTrouble: (line: string) => void;
}): Promise<RunningInput> {
  const { input, environment, onTrouble } = options;
  const port = String(await freePort());
  const filled = (settings: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, value.replace('{port}', port)]));
  const child = spawn(process.execPath, [join(workspaceRoot, 'apps', input.program), '--tied', ...input.args], {
    env: { ...environment, TELEMETRY_PORT: '0', ...filled(input.settings) },
    stdio: ['pipe', 'ignore', 'pipe'],
    // Ctrl-C on the terminal reaches only this process, which stops the source first.
    detached: true,
  });
  createInterface({ input: child.stderr }).on('line', onTrouble);
  const exited = once(child, 'exit');
  return {
    leads: filled(input.leads),
    async end() {
      child.kill('SIGTERM');
      await exited;
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
