import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../harness/run-command.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../../harness/scenario.ts';

const scenario: Scenario = {
  sentence: 'Every source, processor and sink passes the conformance suite of its kind, against real servers.',
  run,
};
export default scenario;

/** A test of Vitest's report. */
interface Assertion {
  fullName: string;
  status: 'passed' | 'failed' | 'skipped' | 'pending' | 'todo';
}
interface Report {
  testResults: { name: string; status: string; message?: string; assertionResults: Assertion[] }[];
}

const suites = /\b(source|processor|sink|collectingSink|objectSink)Conformance[<(]/;
const groups = 'as a (source|processor|sink|collecting sink) ';

async function run({ say, folder, signal }: ScenarioContext): Promise<ScenarioResult> {
  const specs = globSync('{apps,libs}/**/*.int.spec.ts', {
    cwd: root,
    exclude: (name) => name.includes('node_modules'),
  })
    .filter((path) => suites.test(readFileSync(join(root, path), 'utf8')))
    .sort();
  const apps = ['sources', 'processors', 'sinks'].flatMap((kind) =>
    readdirSync(join(root, 'apps', kind)).map((name) => ({ kind, name })),
  );
  const covered = apps.map((app) => ({ ...app, specs: specs.filter((path) => isOf(path, app)) }));
  const shortfalls = covered
    .filter((app) => app.specs.length === 0)
    .map(({ kind, name }) => `${kind}/${name} has no conformance suite`);
  const unknown = specs.filter((path) => !covered.some((app) => app.specs.includes(path)));
  shortfalls.push(...unknown.map((path) => `${path} belongs to no app`));

  say(`running ${specs.length} suites of ${apps.length} apps`);
  const file = join(folder, 'report.json');
  const args = [
    'run',
    '--project',
    'int',
    '-t',
    groups,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ];
  const vitest = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args, ...specs], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  const stop = () => vitest.kill('SIGINT');
  signal.addEventListener('abort', stop);
  await once(vitest, 'exit');
  signal.throwIfAborted();

  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const counted = covered.map(({ kind, name, specs: own }): [string, string] => {
    const results = testResults.filter((result) => own.some((path) => result.name.endsWith(`/${path}`)));
    const tests = results
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ fullName }) => fullName.match(groups));
    const counts = Map.groupBy(tests, ({ status }) => status);
    const of = (status: Assertion['status']) => counts.get(status)?.length ?? 0;
    for (const { fullName } of counts.get('failed') ?? []) shortfalls.push(`${name}: ${fullName}`);
    if (of('passed') === 0 && own.length > 0) shortfalls.push(`${kind}/${name} has passed no test`);
    const exempt = of('pending') + of('skipped');
    return [`${kind}/${name}`, `${of('passed')} passed${exempt === 0 ? '' : `, ${exempt} exempt with a reason`}`];
  });
  return { counted, shortfalls };
}

/** An app's suite is in its own folder, or names it in its connector. */
const isOf = (path: string, { kind, name }: { kind: string; name: string }): boolean =>
  path.startsWith(`apps/${kind}/${name}/`) ||
  (kind === 'sinks' && path.startsWith('libs/connectors/') && new RegExp(`/${name}(-sink)?[/.]`).test(path));
