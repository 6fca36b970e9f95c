import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createNodesV2 } from './targets.mjs';

const root = resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);
const [pattern, nodesOf] = createNodesV2;
const projects = new Map(
  nodesOf(globSync(pattern, { cwd: root }), undefined, { workspaceRoot: root }).flatMap(([, node]) =>
    Object.entries(node.projects),
  ),
);

/** The spec files that a target's own command selects. */
async function selected(project: string, target: 'test' | 'int'): Promise<string[]> {
  const { command = '' } = projects.get(project)?.targets[target] ?? {};
  const args = command.replace('vitest run', 'list --filesOnly --json').split(' ');
  const { stdout } = await run(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
    cwd: root,
  });
  return (JSON.parse(stdout) as { file: string }[]).map(({ file }) => file).sort();
}

const onDisk = (project: string, kind: string): string[] =>
  globSync(`${project}/**/*.${kind}.spec.ts`, { cwd: root })
    .map((file) => join(root, file))
    .sort();

test.each([
  ['libs/config', 3],
  ['libs/sink', 5],
  ['apps/sinks/stdout', 1],
  ['tests/bench', 0],
])('`test` of %s runs the specs of that project, which are at least %i, and no others', async (project, least) => {
  const files = await selected(project, 'test');
  expect(files).toEqual(onDisk(project, 'unit'));
  expect(files.length).toBeGreaterThanOrEqual(least);
});

test.each([
  ['libs/sink', 3],
  ['libs/config', 0],
])('`int` of %s runs the specs of that project, which are at least %i, and no others', async (project, least) => {
  const files = await selected(project, 'int');
  expect(files).toEqual(onDisk(project, 'int'));
  expect(files.length).toBeGreaterThanOrEqual(least);
});

test('together the projects run every spec, each once: no folder is the end of the path of another', () => {
  const specs = globSync('{apps,libs,tests,tools}/**/*.{unit,int}.spec.ts', { cwd: root }).filter(
    (file) => !file.includes('node_modules'),
  );
  const roots = [...projects.keys()];
  for (const spec of specs) {
    expect(
      roots.filter((project) => spec.includes(`${project}/`)),
      spec,
    ).toHaveLength(1);
  }
  expect(roots).toContain(dirname('libs/config/package.json'));
});
