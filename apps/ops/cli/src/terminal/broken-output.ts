import { describeError } from '@sluice/telemetry';

/**
 * Whoever reads the output has seen enough (`sluice audit | head`): the process ends without a word, with the exit code that a shell gives to
 * one that SIGPIPE ended. Other errors are said in one line.
 */
export function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(128 + 13);
  process.stderr.write(`The output cannot be written: ${describeError(error)}\n`);
  process.exit(1);
}
