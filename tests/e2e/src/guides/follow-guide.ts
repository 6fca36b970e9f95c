import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, openSync, closeSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { launchStack } from '@sluice/testkit';
import type { ScenarioContext, ScenarioResult } from '../harness/scenario.ts';
import { root } from '../harness/run-command.ts';
import { checkout } from './checkout.ts';
import { changed, guideSteps, type GuideStep } from './guide.ts';

/** An address that integration tests need not reach here: they start no server for it. */
const nowhere = 'http://127.0.0.1:1';
const farewellMs = 15_000;
/** Longer than any block of a guide takes on a busy machine. */
const blockMs = 15 * 60_000;

/**
 * Follows a guide word by word in a checkout of its own, with a Kafka and a registry of its own: writes its files, runs its commands, and
 * stops at the first that fails.
 */
export async function followGuide(path: string, { say, folder, signal }: ScenarioContext): Promise<ScenarioResult> {
  const steps = guideSteps(readFileSync(join(root, path), 'utf8'));
  say('making a checkout');
  const copy = join(folder, 'checkout');
  checkout(copy);
  say('starting Kafka and the registry');
  const stack = await launchStack({ name: `scenario-${process.pid}`, only: ['kafka', 'registry'], quiet: true });
  const environment = {
    ...{ ELASTICSEARCH_URL: nowhere, GCS_ENDPOINT: nowhere, BIGQUERY_ENDPOINT: nowhere },
    ...stack.environment,
    // Commands of the guide are those of its own checkout.
    PATH: (process.env['PATH'] ?? '').replaceAll(join(root, 'node_modules'), join(copy, 'node_modules')),
  };
  const log = join(folder, 'commands.log');
  const timed: [what: string, seconds: number][] = [];
  const shortfalls: string[] = [];
  const startedMs = performance.now();
  try {
    for (const step of steps) {
      signal.throwIfAborted();
      say(step.do === 'run' ? step.script.trim().split('\n').join(' ; ') : `${step.do} ${step.path}`);
      const stepMs = performance.now();
      const problem = await take(step, { copy, environment, log, signal });
      if (step.do === 'run')
        timed.push([step.script.trim().split('\n').at(-1) ?? '', (performance.now() - stepMs) / 1000]);
      if (problem === undefined) continue;
      shortfalls.push(problem);
      break;
    }
  } finally {
    await stack.stop();
  }
  const lines = steps.reduce((sum, step) => sum + linesOf(step), 0);
  return {
    counted: [
      ['steps of the guide', steps.length],
      ['lines to write', lines],
      ...timed.map(([what, seconds]) => [`… ${what}`, `${seconds.toFixed(0)} s`] as const),
      ['from the first step to the last', `${((performance.now() - startedMs) / 1000).toFixed(0)} s`],
    ],
    shortfalls,
  };
}

const linesOf = (step: GuideStep): number =>
  step.do === 'run' ? 0 : (step.do === 'write' ? step.text : step.after).trim().split('\n').length;

/** @returns what is wrong, in one sentence */
async function take(
  step: GuideStep,
  { copy, ...rest }: { copy: string; environment: Record<string, string>; log: string; signal: AbortSignal },
): Promise<string | undefined> {
  if (step.do === 'run') return run(step.script, { copy, ...rest });
  const path = join(copy, step.path);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, step.do === 'write' ? step.text : changed(readFileSync(path, 'utf8'), step));
  return undefined;
}

/** Runs a block as a shell does, and ends what it started in the background. */
async function run(
  script: string,
  {
    copy,
    environment,
    log,
    signal,
  }: { copy: string; environment: Record<string, string>; log: string; signal: AbortSignal },
): Promise<string | undefined> {
  appendFileSync(log, `\n$ ${script}`);
  const output = openSync(log, 'a');
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: copy,
    env: { ...process.env, ...environment },
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  const end = (by: NodeJS.Signals) => {
    try {
      if (shell.pid !== undefined) process.kill(-shell.pid, by);
      return true;
    } catch {
      // No process of the group is left.
      return false;
    }
  };
  const interrupt = () => end('SIGINT');
  signal.addEventListener('abort', interrupt);
  const limit = setTimeout(() => end('SIGKILL'), blockMs);
  const [code] = (await once(shell, 'exit')) as [number | null];
  signal.removeEventListener('abort', interrupt);
  clearTimeout(limit);
  for (let waitedMs = 0; end('SIGTERM') && waitedMs < farewellMs; waitedMs += 250) await delay(250);
  end('SIGKILL');
  if (code === 0) return undefined;
  const last = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-12).join('\n');
  process.stderr.write(`${last}\n`);
  return `a command ended with ${code}, see ${log}: ${script.trim().split('\n').join(' ; ')}`;
}
