import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { FsTree } from 'nx/src/generators/tree.js';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { dependencies, event, processor, sink, source } from './generators.ts';

const root = resolve(import.meta.dirname, '../../..');
/** This repository, of which nothing is changed: what a generator writes stays in memory. */
const repository = () => new FsTree(root, false);
const written = (tree: FsTree): string[] =>
  tree
    .listChanges()
    .filter(({ type }) => type !== 'DELETE')
    .map(({ path }) => path)
    .sort();

const generators = { sink, source, processor };
const ofTemplate = {
  sink: /stdoutSettings|sinks\/stdout|'stdout'|stdout-sink/,
  source: /JSON_LINES|JsonLines|jsonLines|json-lines/,
  processor: /iot-enrich|iotEnrich/,
};
const kinds = [
  ['sink', 'apps/sinks'],
  ['source', 'apps/sources'],
  ['processor', 'apps/processors'],
] as const;

describe.each(kinds)('a new %s', (kind, folder) => {
  it('is named wherever an app must be named', async () => {
    const tree = repository();
    await generators[kind](tree, { name: 'new-thing' });
    expect(written(tree)).toEqual(
      expect.arrayContaining([
        ...['main.ts', 'config.ts', 'new-thing.ts', 'conformance.int.spec.ts'].map(
          (file) => `${folder}/new-thing/src/${file}`,
        ),
        ...['README.md', 'package.json', 'tsconfig.json'].map((file) => `${folder}/new-thing/${file}`),
        ...['infra/compose/apps.yml', 'infra/k8s/base/kustomization.yaml'],
        ...['infra/k8s/values/new-thing.yaml', 'infra/k8s/base/new-thing.yaml'],
        ...['README.md', 'docs/architecture.md', 'CHANGELOG.md', 'infra/kafka/acls.yaml'],
      ]),
    );
    const compose = parse(tree.read('infra/compose/apps.yml', 'utf-8') ?? '', { merge: true }) as {
      services: Record<string, unknown>;
    };
    expect(compose.services[`new-thing-${kind}`]).toMatchObject({
      image: `sluice/new-thing-${kind}:dev`,
      build: { args: { APP: `${folder.slice('apps/'.length)}/new-thing` } },
      profiles: ['new-thing'],
    });
    const left = written(tree).filter((path) => path.includes('new-thing'));
    for (const path of left) {
      const text = tree.read(path, 'utf-8') ?? '';
      expect(text, path).not.toMatch(ofTemplate[kind]);
    }
  });
});

describe('a new sink with a connector', () => {
  it('has its code in the connector, and lint keeps other destinations out', async () => {
    const tree = repository();
    await sink(tree, { name: 'new-thing', connector: true });
    const connector = 'libs/connectors/new-thing';
    expect(written(tree).filter((path) => path.startsWith(`${connector}/src`))).toEqual([
      `${connector}/src/conformance.int.spec.ts`,
      `${connector}/src/index.ts`,
      `${connector}/src/new-thing-sink.ts`,
      `${connector}/src/new-thing-sink.unit.spec.ts`,
      `${connector}/src/settings.ts`,
    ]);
    expect(tree.children('apps/sinks/new-thing/src').sort()).toEqual(['config.ts', 'main.ts']);
    expect(tree.read('apps/sinks/new-thing/src/main.ts', 'utf-8')).toContain(
      "import { newThingSink } from '@sluice/connector-new-thing';",
    );
    expect(JSON.parse(tree.read('apps/sinks/new-thing/package.json', 'utf-8') ?? '')).toMatchObject({
      nx: { tags: ['type:app', 'destination:new-thing', 'no-kafka-client'] },
      dependencies: { '@sluice/connector-new-thing': '0.0.0' },
    });
    expect(tree.read('eslint.config.js', 'utf-8')).toContain("'new-thing': [],");
  });
});

describe('a name', () => {
  it.each([
    ['New Thing', 'cannot be a name: take lower case words joined by -'],
    ['-x', 'cannot be a name'],
    ['gcs', 'apps/sinks/gcs exists: choose another name than gcs.'],
    ['sink', 'libs/sink exists'],
  ])('%j is refused with a sentence', async (name, reason) => {
    const tree = repository();
    await expect(source(tree, { name })).rejects.toThrow(reason);
    expect(tree.listChanges()).toEqual([]);
  });
});

describe('a new event', () => {
  const order = { name: 'order', topic: 'orders', id: 'order_id', key: 'customer_id, shop', time: 'placed' };

  it('has the fields that its annotation names, and sample data', async () => {
    const tree = repository();
    await event(tree, order);
    const schema = JSON.parse(tree.read('libs/contracts/avro/order.avsc', 'utf-8') ?? '') as {
      fields: { name: string }[];
    };
    expect(schema).toMatchObject({
      name: 'Order',
      sluice: { topic: 'orders', id: ['order_id'], key: ['customer_id', 'shop'], time: 'placed' },
    });
    expect(schema.fields.map(({ name }) => name)).toEqual(['order_id', 'customer_id', 'shop', 'placed']);
    const [line = ''] = (tree.read('libs/contracts/examples/orders.jsonl', 'utf-8') ?? '').split('\n');
    expect(Object.keys(JSON.parse(line) as object)).toEqual(['order_id', 'customer_id', 'shop', 'placed']);
  });

  it('may be read by every sink', async () => {
    const tree = repository();
    await event(tree, order);
    const rights = parse(tree.read('infra/kafka/acls.yaml', 'utf-8') ?? '') as Record<string, unknown>;
    expect(rights['deliver-all']).toEqual([
      expect.stringMatching(/^READ topic .* orders$/),
      expect.stringMatching(/^WRITE topic .* orders\.dlq$/),
    ]);
  });

  it.each([
    [{ ...order, topic: 'Orders' }, 'cannot be a topic'],
    [{ ...order, id: 'order id' }, 'cannot be a field'],
    [{ ...order, key: 'placed' }, 'placed is the time: name other fields'],
    [{ ...order, name: 'tweet' }, 'libs/contracts/avro/tweet.avsc exists'],
  ])('%j is refused with a sentence', async (options, reason) => {
    await expect(event(repository(), options)).rejects.toThrow(reason);
  });
});

describe('the dependencies of a package', () => {
  it('are what it imports already, in every package of the repository', async () => {
    const folders = execFileSync('git', ['ls-files', 'apps/**/package.json', 'libs/**/package.json'], { cwd: root })
      .toString()
      .trim()
      .split('\n')
      .map((path) => join(path, '..'));
    for (const folder of folders) {
      const tree = repository();
      await dependencies(tree, { folder });
      expect(written(tree), folder).toEqual([]);
    }
  });

  it('are those of a folder with a package.json', async () => {
    await expect(dependencies(repository(), { folder: 'libs/nothing' })).rejects.toThrow(
      'libs/nothing is not the folder',
    );
  });
});
