import type { Tree } from '@nx/devkit';
import { nameForms, renameText } from '../rename.ts';

const folder = 'infra/k8s';
const kustomization = `${folder}/base/kustomization.yaml`;

/** Adds the chart's values of a new app, and what they are rendered to: both are those of its template with other names. */
export function addToKubernetes(tree: Tree, template: string, name: string): void {
  for (const part of ['values', 'base']) {
    const text = tree.read(`${folder}/${part}/${template}.yaml`, 'utf-8') ?? '';
    tree.write(`${folder}/${part}/${name}.yaml`, renameText(text, nameForms(template), nameForms(name)));
  }
  tree.write(kustomization, withResource(tree.read(kustomization, 'utf-8') ?? '', name));
}

/** Adds a file to the resources of a kustomization, in the order of their names. */
function withResource(text: string, name: string): string {
  const resource = /^ {2}- (.+)\.yaml$/;
  const lines = text.trimEnd().split('\n');
  const next = lines.findIndex((line) => (resource.exec(line)?.[1] ?? '') > name);
  lines.splice(next < 0 ? lines.findLastIndex((line) => resource.test(line)) + 1 : next, 0, `  - ${name}.yaml`);
  return `${lines.join('\n')}\n`;
}
