import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Logger } from '@sluice/telemetry';
import type { RunningAudit } from '../api/audits.ts';

/** Runs `sluice` as a process, one call at a time. */
export interface SluiceCommand {
  readonly isAvailable: boolean;
  readonly running: RunningAudit | undefined;
  /** Why the last call failed: its last line on standard error. */
  readonly failure: string | undefined;
  start(args: readonly string[]): void;
}

/**
 * @param program a program, or one of JavaScript or TypeScript for this Node
 * @param settings added to this process' environment
 */
export function sluiceCommand(
  program: string | undefined,
  settings: Readonly<Record<string, string>>,
  options: {
    /** Whether a call that began then has given an answer: the command ends with 1 for findings, and for failures. */
    hasAnswered: (sinceMs: number) => Promise<boolean>;
    logger: Logger;
    signal: AbortSignal;
  },
): SluiceCommand {
  const { hasAnswered, logger, signal } = options;
  let running: RunningAudit | undefined;
  let failure: string | undefined;
  return {
    isAvailable: program !== undefined,
    get running() {
      return running;
    },
    get failure() {
      return failure;
    },
    start(args) {
      if (program === undefined || running !== undefined) return;
      const command = ['sluice', ...args].join(' ');
      const call: RunningAudit = { sinceMs: Date.now(), command, progress: '' };
      [running, failure] = [call, undefined];
      const isScript = /\.[cm]?[jt]s$/.test(program);
      const child = spawn(isScript ? process.execPath : program, [...(isScript ? [program] : []), ...args], {
        env: { ...process.env, ...settings },
        stdio: ['ignore', 'ignore', 'pipe'],
        signal,
      });
      createInterface({ input: child.stderr }).on('line', (line) => {
        if (line.trim() !== '') call.progress = line.trim();
      });
      const end = (reason: string | undefined) => {
        if (running === call) [running, failure] = [undefined, reason];
        if (reason !== undefined && !signal.aborted) logger.warn({ reason }, `${command} failed`);
      };
      child.on('error', (error) => end(error.message));
      child.on('close', (code) => {
        const reason = call.progress || `it ended with ${code}`;
        if (code === 0) end(undefined);
        else
          hasAnswered(call.sinceMs).then(
            (isAnswer) => end(isAnswer ? undefined : reason),
            () => end(reason),
          );
      });
    },
  };
}
