import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface CliRun {
  child: ChildProcess;
  /** Resolves when it has printed something: a signal before its handlers are there would end it like any program. */
  begun: Promise<unknown>;
  ended: Promise<{ code: number | string; stdout: string; stderr: string }>;
}

/** Variables to set, or to unset where undefined. */
type Environment = Readonly<Record<string, string | undefined>>;

/** Starts `sluice` as a process, against the servers under test and without a terminal. @param input its standard input; none by default */
export function startCli(args: readonly string[], environment: Environment = {}, input?: string): CliRun {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts'), ...args], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A command that reads no input may have ended.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const begun = once(child.stdout, 'readable');
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  const ended = Promise.all([exited, text(child.stdout), text(child.stderr)]).then(
    ([[code, signal], stdout, stderr]) => ({ code: code ?? signal ?? 1, stdout, stderr }),
  );
  return { child, begun, ended };
}

export const runCli = (args: readonly string[], environment?: Environment): CliRun['ended'] =>
  startCli(args, environment).ended;
