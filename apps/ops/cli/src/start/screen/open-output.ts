import { describeError } from '@sluice/telemetry';
import { endOnClosedPipe } from '../../terminal/broken-output.ts';
import { plainOutput } from './plain-output.ts';
import type { StartOutput } from './start-output.ts';
import { terminalScreen } from './terminal-screen.ts';

export interface OpenOutput extends StartOutput {
  /** Prints a line after `end`. */
  farewell(text: string): void;
}

/**
 * A screen on a terminal, lines elsewhere. When the reader of a pipe goes away, as `head` does, nothing more is shown, and the apps keep
 * running.
 */
export function openOutput(stream: NodeJS.WriteStream, logFolder: string): OpenOutput {
  let isBroken = false;
  process.stdout.off('error', endOnClosedPipe);
  stream.on('error', (error) => {
    if (isBroken) return;
    isBroken = true;
    if (stream !== process.stderr)
      process.stderr.write(
        `The output cannot be written any more: ${describeError(error)}. The apps keep running; their logs are in ${logFolder}.\n`,
      );
  });
  const write = (text: string) => void (isBroken || stream.write(text));
  return {
    ...(stream.isTTY ? terminalScreen(stream) : plainOutput(write)),
    farewell: (text) => write(stream.isTTY ? `\n${text}\n` : `${text}\n`),
  };
}
