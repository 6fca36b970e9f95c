import { describeError } from '@sluice/telemetry';

/**
 * Ends the process when the output cannot be written. A closed pipe (`sluice audit | head`) ends it silently, with the exit code that shells
 * give to a process that SIGPIPE ended.
 */
export function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(128 + 13);
  process.stderr.write(`Cannot write the output: ${describeError(error)}\n`);
  process.exit(1);
}
