import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describeError } from '@sluice/telemetry';

/** A log whose failure does no harm: a full disk must not stop what writes it. */
export interface LogFile {
  write(line: string): void;
  end(): void;
}

/**
 * Starts a new log file.
 *
 * @param onFailure called once, with a sentence, when the log cannot be written; later lines are dropped
 */
export function logFile(path: string, onFailure: (sentence: string) => void): LogFile {
  let isBroken = false;
  const fail = (error: unknown) => {
    if (!isBroken) onFailure(`Cannot write the log ${path} any more: ${describeError(error)}`);
    isBroken = true;
  };
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    fail(error);
    return { write() {}, end() {} };
  }
  const stream = createWriteStream(path).on('error', fail);
  return {
    write: (line) => void (isBroken || stream.write(`${line}\n`)),
    end: () => void stream.end(),
  };
}
