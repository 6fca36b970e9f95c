import type { Tree } from '@nx/devkit';
import { copyFile } from './copy-app.ts';
import { declareImports, newPackage } from './package-json.ts';
import { nameForms } from './rename.ts';

const template = 'apps/sinks/stdout';
/** The files that are about the destination, and what becomes of their names. */
const moved: readonly (readonly [before: string, after: (name: string) => string])[] = [
  ['stdout.ts', (name) => `${name}-sink.ts`],
  ['stdout.unit.spec.ts', (name) => `${name}-sink.unit.spec.ts`],
  ['conformance.int.spec.ts', () => 'conformance.int.spec.ts'],
];

/**
 * Moves a new sink's code from its app into a package of its own, where the command line may use it too. The app keeps its settings and its
 * start.
 *
 * @param app the new sink's folder, as `copyApp` left it
 */
export function moveToConnector(tree: Tree, app: string, name: string): void {
  const { camel } = nameForms(name);
  const from = nameForms('stdout');
  const sink = nameForms(`${name}-sink`);
  const connector = `libs/connectors/${name}`;
  for (const [before, after] of moved) {
    copyFile(tree, `${template}/src/${before}`, `${connector}/src/${after(name)}`, from, sink);
    tree.delete(`${app}/src/${before === 'conformance.int.spec.ts' ? before : before.replace('stdout', name)}`);
  }
  tree.write(`${connector}/src/settings.ts`, `/** How to reach ${name}. */\nexport const ${camel}Settings = {};\n`);
  tree.write(
    `${connector}/src/index.ts`,
    `export { ${sink.camel} } from './${sink.kebab}.ts';\nexport { ${camel}Settings } from './settings.ts';\n`,
  );
  tree.write(`${connector}/tsconfig.json`, '{ "extends": "../../../tsconfig.base.json", "include": ["src"] }\n');
  tree.write(
    `${connector}/README.md`,
    `# connector-${name}\n\nAll that knows ${name}: settings, client, sink and reader. The app is [\`${name}\`](../../../${app}/README.md).\n`,
  );

  // In the app the sink's name has a suffix, its project's name has none.
  const inApp = { ...nameForms(name), camel: sink.camel };
  copyFile(tree, `${template}/src/main.ts`, `${app}/src/main.ts`, from, inApp);
  const main = (tree.read(`${app}/src/main.ts`, 'utf-8') ?? '').replace(
    `'./${name}.ts'`,
    `'@sluice/connector-${name}'`,
  );
  tree.write(`${app}/src/main.ts`, main);
  tree.write(
    `${app}/src/config.ts`,
    `import { ${camel}Settings } from '@sluice/connector-${name}';\nimport { sinkSettings } from '@sluice/sink';\n\n` +
      `/** The destination's settings and those of every sink. */\n` +
      `export const ${sink.camel}Settings = { ...${camel}Settings, ...sinkSettings };\n`,
  );
  const tags = [`destination:${name}`, 'no-kafka-client'];
  const project = `connector-${name}`;
  const connectorFacts = newPackage(project, project, ['type:connector', ...tags], { '.': './src/index.ts' });
  declareImports(tree, connector, connectorFacts, template);
  declareImports(tree, app, newPackage(name, name, ['type:app', ...tags]), template);
  addBoundary(tree, name);
}

/** Lint then keeps every other destination out of the app and its connector. */
function addBoundary(tree: Tree, name: string): void {
  const path = 'eslint.config.js';
  const begin = 'const clients = {\n';
  const text = tree.read(path, 'utf-8') ?? '';
  if (!text.includes(begin)) throw new Error(`${path} has no list ${JSON.stringify(begin.trim())}: name ${name} there`);
  tree.write(path, text.replace(begin, `${begin}  ${JSON.stringify(name)}: [],\n`));
}
