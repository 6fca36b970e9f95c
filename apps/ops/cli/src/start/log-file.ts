import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describeError } from '@sluice/telemetry';

/** A log that changes nothing where it cannot be written: a full disk must not end what is logged. */
export interface LogFile {
  write(line: string): void;
  end(): void;
}

/**
 * Writes a new log file.
 *
 * @param onFailure told once, in a sentence, that the log ends here; what comes later is dropped
 */
export function logFile(path: string, onFailure: (sentence: string) => void): LogFile {
  let isBroken = false;
  const fail = (error: unknown) => {
    if (!isBroken) onFailure(`The log ${path} stops here, as it cannot be written: ${describeError(error)}`);
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
