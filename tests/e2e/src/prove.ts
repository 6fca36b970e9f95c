// `npm run prove` lists the scenarios. `npm run prove -- NAME` runs one with its own servers, prints a table of what it counted, and ends with
// one line that says whether it holds. Randomized scenarios take `--rounds COUNT` and `--seed NUMBER`.
import { randomInt } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import { describeError } from '@sluice/telemetry';
import type { Scenario, ScenarioResult } from './harness/scenario.ts';

const folder = join(import.meta.dirname, 'scenarios');
const files = new Map(
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [basename(file, '.ts'), join(folder, file)]),
);
const names = [...files.keys()].sort();
const load = async (name: string): Promise<Scenario> =>
  ((await import(files.get(name) ?? '')) as { default: Scenario }).default;

const wholeNumber = /^\d{1,9}$/;
const options = { help: { type: 'boolean' }, rounds: { type: 'string' }, seed: { type: 'string' } } as const;

function given() {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    console.error(describeError(error));
    process.exit(2);
  }
}
const { values, positionals } = given();
const [name, ...rest] = positionals;
if (name === undefined || values.help === true) {
  console.log('usage: npm run prove -- NAME [--rounds COUNT] [--seed NUMBER]\n');
  for (const each of names) console.log(`  ${each.padEnd(16)} ${(await load(each)).sentence}`);
  process.exit(0);
}
if (!names.includes(name) || rest.length > 0) {
  console.error(
    `There is no scenario ${JSON.stringify([name, ...rest].join(' '))}. Choose one of ${names.join(', ')}.`,
  );
  process.exit(2);
}
for (const [option, value] of [
  ['rounds', values.rounds],
  ['seed', values.seed],
] as const) {
  if (value === undefined || wholeNumber.test(value)) continue;
  console.error(`--${option} must be a whole number, not ${JSON.stringify(value)}.`);
  process.exit(2);
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
const logs = join(import.meta.dirname, '../../../.sluice/scenarios', name);
rmSync(logs, { recursive: true, force: true });
mkdirSync(logs, { recursive: true });
const startedMs = performance.now();
const say = (line: string) => {
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1).padStart(6);
  process.stderr.write(`${styleText('dim', `${seconds} s`, { stream: process.stderr })}  ${line}\n`);
};

let result: ScenarioResult;
try {
  result = await (
    await load(name)
  ).run({
    say,
    folder: logs,
    signal: stop.signal,
    rounds: values.rounds === undefined ? undefined : Number(values.rounds),
    seed: values.seed === undefined ? randomInt(1_000_000_000) : Number(values.seed),
  });
} catch (error) {
  result = {
    counted: [],
    shortfalls: [stop.signal.aborted ? 'it was interrupted' : `it failed to run: ${describeError(error)}`],
  };
}
const width = Math.max(0, ...result.counted.map(([what]) => what.length));
for (const [what, value] of result.counted)
  console.log(`  ${what.padEnd(width)}  ${typeof value === 'number' ? value.toLocaleString('en-US') : value}`);
const holds = result.shortfalls.length === 0;
console.log(holds ? `${name} holds` : `${name} falls short: ${result.shortfalls.join('; ')}`);
process.exit(holds ? 0 : 1);
