// The generators of `npx nx g @sluice/new:sink|source|processor|event`.
import { execFileSync } from 'node:child_process';
import { formatFiles, type GeneratorCallback, type Tree } from '@nx/devkit';
import { addEvent, type EventOptions } from './add-event.ts';
import { appKinds, type AppKind } from './app-kind.ts';
import { checkName } from './check-name.ts';
import { copyApp } from './copy-app.ts';
import { moveToConnector } from './move-to-connector.ts';
import { declareImports } from './package-json.ts';
import { addToAccessRights } from './wiring/add-to-access-rights.ts';
import { addToCompose } from './wiring/add-to-compose.ts';
import { addToDocuments } from './wiring/add-to-documents.ts';
import { addToKubernetes } from './wiring/add-to-kubernetes.ts';

/** `connector`: whether a sink's code gets a package of its own. */
interface AppOptions {
  name: string;
  connector?: boolean;
}

/** `folder`: the package's. */
interface DependenciesOptions {
  folder: string;
}

const npm = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];

/** Links the new packages into the workspace, then writes all generated files. */
const finish = (root: string) => () => {
  install(root);
  generate(root);
};

function install(root: string): void {
  execFileSync('npm', npm, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

function generate(root: string): void {
  execFileSync('node', ['tools/workspace/src/generate/generate.ts'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function newApp(tree: Tree, kind: AppKind, { name, connector = false }: AppOptions): Promise<GeneratorCallback> {
  checkName(tree, name);
  const folder = copyApp(tree, kind, name);
  if (connector) moveToConnector(tree, folder, name);
  addToCompose(tree, kind, name);
  addToKubernetes(tree, kind.template, name);
  addToAccessRights(tree, kind, name);
  addToDocuments(tree, kind, name);
  await formatFiles(tree);
  return finish(tree.root);
}

export const sink = (tree: Tree, options: AppOptions): Promise<GeneratorCallback> =>
  newApp(tree, appKinds.sink, options);

export const source = (tree: Tree, options: AppOptions): Promise<GeneratorCallback> =>
  newApp(tree, appKinds.source, options);

export const processor = (tree: Tree, options: AppOptions): Promise<GeneratorCallback> =>
  newApp(tree, appKinds.processor, options);

export async function event(tree: Tree, options: EventOptions): Promise<GeneratorCallback> {
  addEvent(tree, options);
  await formatFiles(tree);
  return () => generate(tree.root);
}

export async function dependencies(tree: Tree, { folder }: DependenciesOptions): Promise<GeneratorCallback> {
  const path = folder.replace(/\/+$/, '');
  if (!tree.exists(`${path}/package.json`)) throw new Error(`${path} is not the folder of a package.`);
  declareImports(tree, path);
  await formatFiles(tree);
  return () => install(tree.root);
}
