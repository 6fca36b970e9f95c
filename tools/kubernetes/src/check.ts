// `npm run k8s:check` validates the chart and the kustomize base against the API of four versions of Kubernetes, and makes mistakes that
// the chart must refuse. `--write` renders the kustomize base.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { apiSchemas, schemaLocation } from './api-schemas.ts';
import { chartFolder, everythingOn, infraFolder, renderChart, tryRender, valuesFiles } from './chart.ts';
import { baseFiles, staleFiles, writeFiles } from './kustomize-base.ts';
import { buildTools, checkedVersions, kustomizeProgram } from './kubernetes-tools.ts';
import { mistakes } from './mistakes.ts';
import { prometheusPrograms } from './prometheus.ts';
import { runProgram, tryProgram } from './run-program.ts';

const { values: options } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const tools = await buildTools((line) => console.error(line));
const { helm, kubeconform } = tools;
const failures: string[] = [];
let checks = 0;

/** Counts a check. @param problem what is wrong, empty where nothing is */
function check(what: string, problem: string): void {
  checks++;
  if (problem === '') return;
  failures.push(`${what}: ${problem}`);
  console.log(`  ✗ ${what}: ${problem}`);
}

async function valid(what: string, resources: string, schemas: string): Promise<void> {
  const args = ['-strict', '-summary', '-schema-location', schemaLocation(schemas), '-'];
  const { ok, stdout, stderr } = await tryProgram(kubeconform, args, { input: resources });
  check(what, ok && /Invalid: 0, Errors: 0, Skipped: 0/.test(stdout) ? '' : `${stdout}${stderr}`.trim());
}

const base = await baseFiles(helm);
if (options.write) await writeFiles(base);
const stale = (await staleFiles(base)).map((path) => relative(infraFolder, path));
check(
  'the kustomize base is as the chart renders it',
  stale.length === 0 ? '' : `${stale.join(', ')} differ: npm run k8s:check -- --write`,
);

const lint = await tryProgram(helm, [
  'lint',
  '--strict',
  chartFolder,
  ...(valuesFiles[0] ? ['-f', valuesFiles[0].path] : []),
]);
check('helm lint', lint.ok ? '' : lint.stdout + lint.stderr);

const kustomized = await runProgram(await kustomizeProgram(), ['build', join(infraFolder, 'base')]);
const rendered = new Map<string, string>();
for (const values of valuesFiles) {
  const plain = await renderChart(helm, values);
  rendered.set(values.name, plain);
  rendered.set(`${values.name} with everything on`, await renderChart(helm, values, everythingOn(plain)));
}
for (const version of checkedVersions) {
  const schemas = await apiSchemas(version, tools.definitions);
  await valid(`kustomize base, ${version}`, kustomized, schemas);
  for (const [name, resources] of rendered) await valid(`${name}, ${version}`, resources, schemas);
  const misspelt = [...rendered.values()][0]?.replace('runAsNonRoot: true', 'runAsNonroot: true') ?? '';
  const { ok } = await tryProgram(kubeconform, ['-strict', '-schema-location', schemaLocation(schemas), '-'], {
    input: misspelt,
  });
  check(`a misspelt field of a resource is refused, ${version}`, ok ? 'it passed' : '');
  console.log(`Kubernetes ${version}: ${rendered.size} renderings of ${valuesFiles.length} values files`);
}
const { promtool } = await prometheusPrograms();
const work = await mkdtemp(join(tmpdir(), 'sluice-rules-'));
for (const [name, resources] of rendered) {
  const found = parseAllDocuments(resources).map((document) => document.toJS() as { kind?: string; spec?: unknown });
  for (const { spec } of found.filter(({ kind }) => kind === 'PrometheusRule')) {
    const file = join(work, 'rules.yml');
    await writeFile(file, JSON.stringify(spec));
    const { ok, stdout, stderr } = await tryProgram(promtool, ['check', 'rules', file]);
    check(`the alerts of ${name}`, ok ? '' : `${stdout}${stderr}`.trim());
  }
}
await rm(work, { recursive: true });
for (const { what, app, settings, answer } of mistakes) {
  const values = valuesFiles.find(({ name }) => name === app);
  if (values === undefined) throw new Error(`there are no values for ${app}`);
  const { ok, stderr } = await tryRender(helm, values, settings);
  check(`${what} is refused`, ok ? 'it passed' : answer.test(stderr) ? '' : `the answer is ${stderr}`);
}
console.log(`${mistakes.length} mistakes in values`);
console.log(failures.length === 0 ? `${checks} checks passed` : `${failures.length} of ${checks} checks failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
