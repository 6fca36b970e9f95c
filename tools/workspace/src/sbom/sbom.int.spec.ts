import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { npmSbom, type Component, type Sbom } from './npm-sbom.ts';

const root = resolve(import.meta.dirname, '../../../..');
const run = promisify(execFile);

/** Licences that let the packages be part of an image under Apache-2.0. */
const allowed = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];
/** Their package.json names no licence, but they have the file of one. */
const byTheirFile: Readonly<Record<string, string>> = { '@kafkajs/confluent-schema-registry': 'MIT' };

const licencesOf = ({ name, licenses = [] }: Component): string[] => {
  const named = licenses.map(({ license, expression }) => license?.id ?? license?.name ?? expression ?? '');
  return named.length > 0 ? named : [byTheirFile[name] ?? 'no licence'];
};

it('every package that an app needs has a licence that is allowed', async () => {
  const { components } = await npmSbom(globSync('apps/*/*', { cwd: root }));
  const foreign = components.filter((component) => !component['bom-ref'].startsWith('@sluice/'));
  expect(foreign.length).toBeGreaterThan(50);
  const others = foreign
    .map((component) => `${component['bom-ref']}: ${licencesOf(component).join(', ')}`)
    .filter((line) => !allowed.some((licence) => line.endsWith(`: ${licence}`)));
  expect(others).toEqual([]);
});

it('the document of a bundle lists what is in it, and is the same each time', async () => {
  const made = async (): Promise<string> => {
    await run(process.execPath, ['tools/workspace/src/bundle.ts', 'apps/sinks/stdout', '--sbom'], { cwd: root });
    return readFileSync(join(root, 'dist/stdout/sbom.cdx.json'), 'utf8');
  };
  const text = await made();
  const { components, dependencies, metadata } = JSON.parse(text) as Sbom;
  const names = components.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['kafkajs', 'pino']));
  expect(names).not.toContain('vitest');
  expect(metadata.component.name).toBe('apps/sinks/stdout');
  const refs = new Set(dependencies.map(({ ref }) => ref));
  for (const { dependsOn = [] } of dependencies) for (const one of dependsOn) expect(refs).toContain(one);
  expect(await made()).toBe(text);
});
