import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { infraFolder, renderChart, valuesFiles } from './chart.ts';

const folder = join(infraFolder, 'base');

/** What only helm says about a resource. */
const byHelm = /^\s*(app\.kubernetes\.io\/managed-by: Helm|helm\.sh\/chart: .*|# Source: .*)\n/gm;

/** The files of the kustomize base, by path: each app as the chart renders it, so that there is one description. */
export async function baseFiles(helm: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const values of valuesFiles) {
    const rendered = (await renderChart(helm, values)).replaceAll(byHelm, '');
    files.set(join(folder, `${values.name}.yaml`), `# Rendered by npm run k8s:check -- --write\n${rendered}`);
  }
  const resources = valuesFiles.map(({ name }) => `  - ${name}.yaml`).join('\n');
  files.set(
    join(folder, 'kustomization.yaml'),
    `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n${resources}\n`,
  );
  return files;
}

/** The paths of the files that are out of date. */
export async function staleFiles(files: ReadonlyMap<string, string>): Promise<string[]> {
  const stale = [];
  for (const [path, text] of files) if ((await readFile(path, 'utf8').catch(() => '')) !== text) stale.push(path);
  return stale;
}

export async function writeFiles(files: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, text] of files) await writeFile(path, text);
}
