import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** A log file that is renamed to `.1` when it is full, `.1` to `.2`, and so on. */
export interface RotatingLog {
  write(line: string): void;
  readonly rotations: number;
  close(): void;
}

/**
 * @param options.rotateLines lines in a full file; 0: it is never full
 * @param options.keep how many rotated files to keep; 0 keeps all
 * @param options.compress whether to compress files that were rotated twice
 */
export function rotatingLog(options: {
  path: string;
  rotateLines: number;
  keep: number;
  compress: boolean;
}): RotatingLog {
  const { path, rotateLines, keep, compress } = options;
  let file = openSync(path, 'a');
  let lines = 0;
  let rotations = 0;

  const rotated = (number: number) => [`${path}.${number}`, `${path}.${number}.gz`].find((name) => existsSync(name));
  const rotate = () => {
    closeSync(file);
    let last = 0;
    while (rotated(last + 1) !== undefined) last++;
    for (let number = last; number > 0; number--) {
      const name = rotated(number) ?? '';
      if (keep > 0 && number >= keep) rmSync(name);
      else if (name.endsWith('.gz')) renameSync(name, `${path}.${number + 1}.gz`);
      else if (compress) {
        // It gets its name only when it is complete.
        writeFileSync(`${path}.compressing`, gzipSync(readFileSync(name)));
        renameSync(`${path}.compressing`, `${path}.${number + 1}.gz`);
        rmSync(name);
      } else renameSync(name, `${path}.${number + 1}`);
    }
    renameSync(path, `${path}.1`);
    file = openSync(path, 'a');
    lines = 0;
    rotations++;
  };

  return {
    write(line) {
      if (rotateLines > 0 && lines === rotateLines) rotate();
      writeSync(file, `${line}\n`);
      lines++;
    },
    get rotations() {
      return rotations;
    },
    close: () => closeSync(file),
  };
}
