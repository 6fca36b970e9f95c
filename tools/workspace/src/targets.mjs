// The Nx plugin that gives every package of the workspace its targets, so that no package lists them:
// `nx run <project>:serve|build` for what has a src/main.ts, `generate` for a source that has a src/generate/main.ts (synthetic input),
// `lint|typecheck|test|int` for all.
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const cached = { cache: true, inputs: ['default', '^default'] };
/** The specs of tools look at the whole workspace. */
const cachedTest = (root) =>
  root.startsWith('tools/')
    ? { cache: true, inputs: ['default', '{workspaceRoot}/{apps,docs,infra,libs,tests,tools}/**/*'] }
    : cached;
const command = (line, rest = {}) => ({ command: line, options: { cwd: '{workspaceRoot}' }, ...rest });

function targetsOf(root, workspaceRoot) {
  const targets = {
    lint: command(`eslint --max-warnings 0 ${root}`, cached),
    typecheck: command(`tsc -p ${root}/tsconfig.json`, cached),
    // Filtered by path: vitest's `--dir` restricts nothing where its configuration has projects of its own.
    test: command(`vitest run --project unit --passWithNoTests ${root}/`, cachedTest(root)),
    int: command(`vitest run --project int --passWithNoTests ${root}/`, { cache: false }),
  };
  if (root.startsWith('apps/') && existsSync(join(workspaceRoot, root, 'src', 'main.ts'))) {
    const program = root.startsWith('apps/ops/') ? `${root}/src/main.ts` : `tools/workspace/src/serve.ts ${root}`;
    targets.serve = command(`node ${program}`, { cache: false, continuous: true });
    targets.build = command(`node tools/workspace/src/bundle.ts ${root}`, {
      ...cached,
      outputs: [`{workspaceRoot}/dist/${basename(root)}`],
    });
  }
  if (root.startsWith('apps/sources/') && existsSync(join(workspaceRoot, root, 'src', 'generate/main.ts')))
    targets.generate = command(`node ${root}/src/generate/main.ts`, { cache: false });
  return targets;
}

export const createNodesV2 = [
  '{apps/*/*,libs/*,libs/connectors/*,tests/*,tools/*}/package.json',
  (files, _options, { workspaceRoot }) =>
    files.map((file) => {
      const root = dirname(file);
      const name = JSON.parse(readFileSync(join(workspaceRoot, file), 'utf8')).nx?.name ?? basename(root);
      return [file, { projects: { [root]: { name, targets: targetsOf(root, workspaceRoot) } } }];
    }),
];
