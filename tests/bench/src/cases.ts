import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { benchTweets } from './bench-tweet.ts';
import type { Measurement } from './measure.ts';

/** The ways of moving the same tweets that are compared. */
export const caseNames = ['null', 'elasticsearch', 'limit', 'straightforward'] as const;
export type CaseName = (typeof caseNames)[number];

export interface CaseEnvironment {
  environment: Readonly<Record<string, string>>;
  /** The ready-made bulk bodies. */
  bodies: string;
  records: number;
}

/** As many requests as the sink has partitions. */
const inFlight = 4;

/** Runs one case once, in a process of its own, into indices of its own. */
export async function runCase(name: CaseName, { environment, bodies, records }: CaseEnvironment): Promise<Measurement> {
  await dropIndices(environment);
  switch (name) {
    case 'null':
    case 'elasticsearch':
      return runProgram('sluice.ts', [name, String(records)], {
        ...environment,
        SINK_GROUP: `bench-${name}-${Date.now()}`,
      });
    case 'limit':
      return runProgram('limit.ts', [bodies, String(records), String(inFlight)], environment);
    case 'straightforward':
      return runProgram('straightforward.ts', [`${benchTweets.topic}-straightforward`, String(records)], environment);
  }
}

/** Runs a program of the benchmark to its end. @returns the object on its last line */
export async function runProgram<T>(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<T> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'programs', file), ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = () => child.kill('SIGKILL');
  process.once('exit', stop);
  let last = '';
  for await (const line of createInterface({ input: child.stdout })) last = line;
  process.off('exit', stop);
  if (last === '') throw new Error(`${file} ${args.join(' ')} ended without a result; see above`);
  return JSON.parse(last) as T;
}

async function dropIndices({ ELASTICSEARCH_URL }: Readonly<Record<string, string>>): Promise<void> {
  const found = (await (
    await fetch(`${ELASTICSEARCH_URL}/_cat/indices/${benchTweets.topic}-*?h=index&format=json`)
  ).json()) as { index: string }[];
  for (const { index } of found) await fetch(`${ELASTICSEARCH_URL}/${index}`, { method: 'DELETE' });
}
