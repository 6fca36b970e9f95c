import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chartFolder, everythingOn, valuesFiles } from '@sluice/kubernetes/chart';
import { startCluster, type Cluster } from '@sluice/kubernetes/cluster';
import { mistakes } from '@sluice/kubernetes/mistakes';
import { eventually } from '@sluice/testkit';
import { parseAllDocuments, stringify } from 'yaml';
import type { Scenario, ScenarioContext, ScenarioResult } from '../../harness/scenario.ts';
import { manifestMistakes } from '../../kubernetes/manifest-mistakes.ts';
import { podsByRelease, podsOf, watched } from '../../kubernetes/pods.ts';
import { installerFile, must, namespace, prepareCluster, zones } from '../../kubernetes/prepare-cluster.ts';
import { allButScaling, installer, releases, untilRolledOut, type Release } from '../../kubernetes/releases.ts';

const kubernetes: Scenario = {
  sentence:
    'On a real Kubernetes control plane, every app of infra/k8s/values is installed, updated, drained and rolled back with the expected pods at each moment, by an account with just enough rights; mistakes are refused.',
  run,
};
export default kubernetes;

interface Given {
  cluster: Cluster;
  /** The account that may install the chart and no more. */
  kubeconfig: string;
  say(line: string): void;
  signal: AbortSignal;
  shortfalls: string[];
}

async function run({ say, folder, signal }: ScenarioContext): Promise<ScenarioResult> {
  const data = join(folder, 'cluster');
  await mkdir(data, { recursive: true });
  const cluster = await startCluster(data, say);
  try {
    say('preparing nodes in three zones, custom resources and an account for helm');
    const given: Given = { cluster, kubeconfig: await prepareCluster(cluster), say, signal, shortfalls: [] };
    const { stdout: version } = await cluster.kubectl(['version']);
    const all = await releases();
    const rows = [];
    for (const release of all) rows.push([release.values.name, await lifeOf(release, given)] as const);
    const drained = await drains(all, given);
    const rights = await withoutEachRight(given);
    const refused = (await wrongValues(given)) + (await wrongManifests(given));
    return {
      counted: [
        ['API server', /Server Version: (\S+)/.exec(version)?.[1] ?? 'unknown'],
        ...rows,
        ['least ready pods while two of three zones were drained', drained],
        ['rights of the installer, each taken away once', rights],
        ['mistakes refused', refused],
      ],
      shortfalls: given.shortfalls,
    };
  } finally {
    await cluster.stop();
  }
}

type Change = [what: string, change: () => ReturnType<ReturnType<typeof installer>['rollBack']>];

/** Installs, updates, and rolls back. @returns a line about the pods */
async function lifeOf(release: Release, given: Given): Promise<string> {
  const { cluster, kubeconfig, say, signal, shortfalls } = given;
  const { name } = release.values;
  const { leastReady, most } = release.whileUpdated;
  const helm = installer(cluster, kubeconfig);
  const first = await helm.upgrade(release, []);
  const rendered = must(await cluster.helm(['-n', namespace, 'get', 'manifest', name], kubeconfig), ['get manifest']);
  const off = [...allButScaling(rendered), 'image.tag=next'];
  const changes: Change[] = [
    ['updated', () => helm.upgrade(release, off)],
    // The number of replicas stays until KEDA changes it.
    ...(off.length < everythingOn(rendered).length
      ? [
          [
            'scaled by KEDA',
            () => helm.upgrade(release, [...everythingOn(rendered), 'image.tag=next']),
          ] satisfies Change,
        ]
      : []),
    ['rolled back', () => helm.rollBack(release)],
  ];
  const seen = [];
  for (const [what, change] of changes) {
    signal.throwIfAborted();
    const { range = { leastReady: 0, most: 0, mostStaying: 0, looks: 0 }, image } = await change();
    // A source's successor waits until it has ended. Others end while theirs works, and the deployment does not count them any more.
    const seenAtMost = release.role === 'source' ? range.most : range.mostStaying;
    if (range.leastReady < leastReady)
      shortfalls.push(`${name} had ${range.leastReady} ready pods while it was ${what}`);
    if (seenAtMost > most) shortfalls.push(`${name} had ${seenAtMost} pods while it was ${what}, not ${most} at most`);
    if (image.endsWith(':next') === (what === 'rolled back'))
      shortfalls.push(`${name} runs ${image} after it was ${what}`);
    seen.push(`${range.leastReady} to ${seenAtMost} while ${what}`);
  }
  const { zones: inZones } = await podsOf(cluster, name);
  if (inZones.size < Math.min(release.pods, zones.size))
    shortfalls.push(`${name} is in ${[...inZones].join(', ')} only`);
  say(`${name}: ${first.image}, ${seen.join(', ')}`);
  return `${release.pods} ready; ${seen.join(', ')}`;
}

/** Drains two of three nodes at the same time, and the third when they are back. @returns the least ready pods of each app */
async function drains(all: readonly Release[], { cluster, say, signal, shortfalls }: Given): Promise<string> {
  const drain = async (...nodes: string[]): Promise<string> => {
    const args = ['--ignore-daemonsets', '--delete-emptydir-data', '--timeout=120s'];
    const results = await Promise.all(nodes.map((one) => cluster.kubectl(['drain', one, ...args])));
    return results.map((result, at) => must(result, ['drain', nodes[at] ?? '']) + result.stderr).join('\n');
  };
  const uncordon = async (...nodes: string[]) => must(await cluster.kubectl(['uncordon', ...nodes]), ['uncordon']);
  const [first = '', second = '', third = ''] = zones.keys();
  let refusals = 0;
  const least = new Map<string, number>();
  for (const [leaving, back] of [
    [
      [first, second],
      [first, second],
    ],
    [[third], [third]],
  ] as const) {
    signal.throwIfAborted();
    const { result, ranges } = await watched(cluster, async () => {
      const said = await drain(...leaving);
      for (const release of all) await untilRolledOut(cluster, release);
      return said;
    });
    refusals += result.split("would violate the pod's disruption budget").length - 1;
    for (const { values, pods, role } of all) {
      const { leastReady } = ranges.get(values.name) ?? { leastReady: 0 };
      least.set(values.name, Math.min(least.get(values.name) ?? Infinity, leastReady));
      if (role !== 'source' && pods > 1 && leastReady < pods - 1)
        shortfalls.push(
          `${values.name} had ${leastReady} ready pods of ${pods} while ${leaving.join(' and ')} were drained`,
        );
    }
    const pending = [...(await podsByRelease(cluster))].filter(([, { zones: found }]) => found.has('no zone'));
    for (const [name] of pending) shortfalls.push(`a pod of ${name} has no node after ${leaving.join(' and ')}`);
    await uncordon(...back);
  }
  const shown = [...least].map(([name, ready]) => `${name} ${ready}`).join(', ');
  say(
    `drained ${[...zones.keys()].join(', ')}: ${refusals} evictions were refused by a disruption budget and tried again`,
  );
  return shown;
}

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** Takes each resource that the installer may write from its role: installing must then be refused, by name. @returns how many */
async function withoutEachRight({ cluster, kubeconfig, say, shortfalls }: Given): Promise<number> {
  const documents = parseAllDocuments(await readFile(installerFile, 'utf8')).map(
    (one) => one.toJS() as { kind: string },
  );
  const role = documents.find(({ kind }) => kind === 'Role') as { kind: string; rules: Rule[] } | undefined;
  if (role === undefined) throw new Error(`${installerFile} has no Role`);
  const put = async (rules: Rule[]) => {
    // A rule must name a resource.
    const input = stringify({ ...role, rules: rules.filter(({ resources }) => resources.length > 0) });
    must(await cluster.kubectl(['-n', namespace, 'apply', '-f', '-'], { input }), ['role']);
  };
  const written = role.rules.filter(({ verbs }) => verbs.includes('create')).flatMap(({ resources }) => resources);
  const manifests = await Promise.all(
    ['elasticsearch', 'host-metrics'].map((name) => everything(name, cluster, kubeconfig)),
  );
  for (const resource of written) {
    await put(role.rules.map((rule) => ({ ...rule, resources: rule.resources.filter((one) => one !== resource) })));
    await eventually(async () => {
      const { ok, stderr } =
        resource === 'secrets'
          ? await cluster.helm(['-n', namespace, 'list'], kubeconfig)
          : await cluster.kubectl(
              ['-n', namespace, 'apply', '--server-side', '--force-conflicts', '--dry-run=server', '-f', '-'],
              {
                ...{ kubeconfig, input: manifests.join('\n---\n') },
              },
            );
      if (ok || !new RegExp(`${resource}.* is forbidden|cannot \\w+ resource "${resource}`).test(stderr))
        throw new Error(`the installer needs no right on ${resource}: ${stderr}`);
    }, 10_000).catch((error: unknown) => shortfalls.push(String(error)));
  }
  await put(role.rules);
  say(`without any of ${written.join(', ')} the installer is refused`);
  return written.length;
}

async function everything(name: string, cluster: Cluster, kubeconfig: string): Promise<string> {
  const values = valuesFiles.find((one) => one.name === name);
  if (values === undefined) throw new Error(`there are no values for ${name}`);
  const template = ['template', name, chartFolder, '-f', values.path, '-n', namespace];
  const plain = must(await cluster.helm(template, kubeconfig), template);
  const settings = everythingOn(plain).flatMap((setting) => ['--set', setting]);
  return must(await cluster.helm([...template, ...settings], kubeconfig), template);
}

/** Mistakes in values: helm refuses each upgrade, and the release stays as it is. @returns how many were refused */
async function wrongValues({ cluster, kubeconfig, say, shortfalls }: Given): Promise<number> {
  let refused = 0;
  for (const { what, app, settings, answer } of mistakes) {
    const values = valuesFiles.find(({ name }) => name === app);
    const args = ['-n', namespace, 'upgrade', app, chartFolder, '-f', values?.path ?? ''];
    const { ok, stderr } = await cluster.helm([...args, ...settings.flatMap((one) => ['--set', one])], kubeconfig);
    if (ok || !answer.test(stderr))
      shortfalls.push(`${what} was not refused as expected: ${ok ? 'it passed' : stderr}`);
    else {
      refused++;
      say(`${what}: ${sentenceIn(stderr, answer)}`);
    }
  }
  return refused;
}

/** Mistakes in templates: the API server refuses each. @returns how many were refused */
async function wrongManifests({ cluster, kubeconfig, say, shortfalls }: Given): Promise<number> {
  const values = valuesFiles.find(({ name }) => name === 'elasticsearch');
  const template = ['template', 'mistaken', chartFolder, '-f', values?.path ?? '', '-n', namespace];
  const settings = ['podMonitor.enabled=true', 'prometheusRule.enabled=true'].flatMap((one) => ['--set', one]);
  const right = must(await cluster.helm([...template, ...settings], kubeconfig), template);
  const tried = async (manifest: string) =>
    cluster.kubectl(['-n', namespace, 'apply', '--dry-run=server', '-f', '-'], { kubeconfig, input: manifest });
  must(await tried(right), ['apply, without a mistake']);
  let refused = 0;
  for (const { what, from, to, answer } of manifestMistakes) {
    const wrong = right.replace(from, to);
    const { ok, stderr } = await tried(wrong);
    if (wrong === right) shortfalls.push(`${what} could not be made: the chart renders something else`);
    else if (ok || !answer.test(stderr))
      shortfalls.push(`${what} was not refused as expected: ${ok ? 'it passed' : stderr}`);
    else {
      refused++;
      say(`${what}: ${sentenceIn(stderr, answer)}`);
    }
  }
  return refused;
}

/** The line of an answer that says what is wrong. */
const sentenceIn = (answer: string, wanted: RegExp): string =>
  answer
    .split('\n')
    .find((line) => wanted.test(line))
    ?.trim() ?? answer.trim();
