import { readFile } from 'node:fs/promises';
import { chartFolder, everythingOn, valuesFiles, type ValuesFile } from '@sluice/kubernetes/chart';
import type { Cluster } from '@sluice/kubernetes/cluster';
import { eventually } from '@sluice/testkit';
import { parse } from 'yaml';
import { podsOf, watched, type PodRange } from './pods.ts';
import { must, namespace, zones } from './prepare-cluster.ts';

/** One app of infra/k8s/values, and how many pods it has. */
export interface Release {
  values: ValuesFile;
  role: 'source' | 'processor' | 'sink';
  /** Pods when nothing happens. */
  pods: number;
  /** The least pods that are ready and the most that exist while it is updated. */
  whileUpdated: { leastReady: number; most: number };
}

/** Every app of infra/k8s/values. */
export const releases = (): Promise<Release[]> => Promise.all(valuesFiles.map(releaseOf));

async function releaseOf(values: ValuesFile): Promise<Release> {
  const given = parse(await readFile(values.path, 'utf8')) as { app: string; replicas?: number; workload?: string };
  const { app, replicas = 1, workload } = given;
  if (workload === 'DaemonSet') {
    const pods = zones.size;
    return { values, role: 'source', pods, whileUpdated: { leastReady: pods - 1, most: pods } };
  }
  // A source's successor starts when it has ended; the others' before.
  if (app.startsWith('sources/')) return { values, role: 'source', pods: 1, whileUpdated: { leastReady: 0, most: 1 } };
  const role = app.startsWith('sinks/') ? 'sink' : 'processor';
  return { values, role, pods: replicas, whileUpdated: { leastReady: replicas, most: replicas + 1 } };
}

/** What helm does with releases, by the account that may install the chart and no more. */
interface Installer {
  /** Installs or upgrades a release, and waits until its pods are ready. */
  upgrade(release: Release, settings: readonly string[]): Promise<Step>;
  /** Goes back to the first revision. */
  rollBack(release: Release): Promise<Step>;
}

/** One change of a release. */
interface Step {
  range: PodRange | undefined;
  image: string;
}

const patience = ['--wait', '--timeout', '120s'];

export function installer(cluster: Cluster, kubeconfig: string): Installer {
  const step = async (release: Release, args: readonly string[]): Promise<Step> => {
    const { ranges } = await watched(cluster, async () => {
      must(await cluster.helm(['-n', namespace, ...args], kubeconfig), ['helm', ...args]);
      await untilRolledOut(cluster, release);
    });
    const [image = ''] = (await podsOf(cluster, release.values.name)).images;
    return { range: ranges.get(release.values.name), image };
  };
  return {
    upgrade: (release, settings) =>
      step(release, [
        ...['upgrade', '--install', release.values.name, chartFolder, '-f', release.values.path, ...patience],
        ...settings.flatMap((setting) => ['--set', setting]),
      ]),
    rollBack: (release) => step(release, ['rollback', release.values.name, '1', ...patience]),
  };
}

/** @throws while there are not all of a release's pods, each ready and of one image */
export const untilRolledOut = (cluster: Cluster, { values, pods }: Release): Promise<void> =>
  eventually(async () => {
    const { ready, total, images } = await podsOf(cluster, values.name);
    if (ready !== pods || total !== pods || images.size !== 1)
      throw new Error(
        `${values.name} has ${ready} ready pods of ${total} with ${images.size} images, not ${pods} of one`,
      );
  }, 60_000);

/** All that is off by default, but scaling: KEDA itself does not run here. */
export const allButScaling = (rendered: string): string[] =>
  everythingOn(rendered).filter((setting) => !setting.startsWith('scaling.'));
