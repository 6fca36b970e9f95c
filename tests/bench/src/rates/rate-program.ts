import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { imageRuntime } from '../cases.ts';
import type { RateReport } from './rate-report.ts';

export type RateProgramName = 'elasticsearch' | 'straightforward' | 'gcs' | 'processor' | 'source';

/** A program under measurement. */
export interface RateProgram {
  readonly pid: number;
  /** Begins the measurement. */
  begin(): void;
  /** Ends the measurement and the program. */
  end(): Promise<RateReport>;
  kill(): void;
}

/**
 * Starts one of the bundled `rate-…` programs, as its image would.
 *
 * @throws when it ends before it is ready
 */
export async function startRateProgram(
  programs: string,
  name: RateProgramName,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<RateProgram> {
  const image = name === 'straightforward' ? undefined : imageRuntime();
  const child = spawn(process.execPath, [...(image?.flags ?? []), join(programs, `rate-${name}.mjs`), ...args], {
    env: { ...process.env, ...image?.environment, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`rate-${name} ended without a result; see above`);
    return value;
  };
  await nextLine();
  return {
    pid: child.pid ?? 0,
    begin: () => void child.kill('SIGUSR2'),
    async end() {
      child.kill('SIGUSR2');
      const report = JSON.parse(await nextLine()) as RateReport;
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      process.off('exit', kill);
      return report;
    },
    kill,
  };
}
