import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { bundleOptions } from '@sluice/workspace/bundle-options';
import { benchTweets } from './bench-tweet.ts';
import type { Measurement } from './measure.ts';

/** The ways of moving the same tweets that are compared. */
export const caseNames = ['null', 'elasticsearch', 'limit', 'straightforward', 'gcsJson', 'gcsAvro'] as const;
export type CaseName = (typeof caseNames)[number];

export interface CaseEnvironment {
  environment: Readonly<Record<string, string>>;
  /** The bundled programs. */
  programs: string;
  /** The ready-made bulk bodies. */
  bodies: string;
  records: number;
}

/** As many requests as the sink has partitions. */
const inFlight = 4;

/** Runs one case once, in a process of its own, into indices of its own. */
export async function runCase(
  name: CaseName,
  { environment, programs, bodies, records }: CaseEnvironment,
): Promise<Measurement> {
  await dropIndices(environment);
  switch (name) {
    case 'null':
    case 'elasticsearch':
      return runProgram(programs, 'sluice', [name, String(records)], {
        ...environment,
        SINK_GROUP: `bench-${name}-${Date.now()}`,
      });
    case 'gcsJson':
    case 'gcsAvro':
      return runProgram(programs, 'objects', [name === 'gcsJson' ? 'json' : 'avro', String(records)], {
        ...environment,
        SINK_GROUP: `bench-${name}-${Date.now()}`,
        GCS_BUCKET: `bench-${Date.now()}`,
        // The last objects are not complete, and need not wait for more.
        GCS_OBJECT_WAIT_MS: '2000',
        GCS_SMALL_OBJECT_WAIT_MS: '2000',
      });
    case 'limit':
      return runProgram(programs, 'limit', [bodies, String(records), String(inFlight)], environment);
    case 'straightforward':
      return runProgram(
        programs,
        'straightforward',
        [`${benchTweets.topic}-straightforward`, String(records)],
        environment,
      );
  }
}

/** How an app's image starts Node, from its Dockerfile: what is measured is what is deployed. */
export function imageRuntime(): { flags: string[]; environment: Record<string, string> } {
  const dockerfile = readFileSync(join(import.meta.dirname, '../../../infra/docker/Dockerfile'), 'utf8');
  const command = JSON.parse(/^CMD (\["node".*\])$/m.exec(dockerfile)?.[1] ?? '[]') as string[];
  // Source maps are for stack traces: the bundles here have none.
  const flags = command.slice(1, -1).filter((flag) => flag !== '--enable-source-maps');
  const [, name, value] = /^ENV (MALLOC_\w+)=(\S+)$/m.exec(dockerfile) ?? [];
  if (flags.length === 0 || name === undefined || value === undefined)
    throw new Error("the Dockerfile's CMD and ENV are not as expected");
  return { flags, environment: { [name]: value } };
}

/**
 * Bundles the programs as the apps are bundled for their images: what is measured is what is deployed, not the stripping of types.
 */
export async function bundlePrograms(folder: string): Promise<void> {
  const programs = join(import.meta.dirname, 'programs');
  await build({
    ...bundleOptions,
    entryPoints: readdirSync(programs).map((file) => join(programs, file)),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
  });
}

/** Runs a bundled program of the benchmark to its end. @returns the object on its last line */
export async function runProgram<T>(
  programs: string,
  name: 'sluice' | 'objects' | 'limit' | 'straightforward',
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<T> {
  const image = name === 'sluice' || name === 'objects' ? imageRuntime() : undefined;
  const child = spawn(process.execPath, [...(image?.flags ?? []), join(programs, `${name}.mjs`), ...args], {
    env: { ...process.env, ...image?.environment, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = () => child.kill('SIGKILL');
  process.once('exit', stop);
  let last = '';
  for await (const line of createInterface({ input: child.stdout })) last = line;
  process.off('exit', stop);
  if (last === '') throw new Error(`${name} ${args.join(' ')} ended without a result; see above`);
  return JSON.parse(last) as T;
}

async function dropIndices({ ELASTICSEARCH_URL }: Readonly<Record<string, string>>): Promise<void> {
  const found = (await (
    await fetch(`${ELASTICSEARCH_URL}/_cat/indices/${benchTweets.topic}-*?h=index&format=json`)
  ).json()) as { index: string }[];
  for (const { index } of found) await fetch(`${ELASTICSEARCH_URL}/${index}`, { method: 'DELETE' });
}
