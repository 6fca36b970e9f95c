import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '@sluice/kubernetes/cluster';
import { namespace, zones } from './prepare-cluster.ts';

interface Pod {
  metadata: { labels?: Readonly<Record<string, string>>; deletionTimestamp?: string };
  spec: { nodeName?: string; containers: { image: string }[] };
  status: { conditions?: { type: string; status: string }[] };
}

/** The pods of one release at one moment. */
interface PodCounts {
  /** Those that are ready and are not ending. */
  ready: number;
  /** All that exist, also those that end. */
  total: number;
  /** Those that are not ending. */
  staying: number;
  zones: ReadonlySet<string>;
  images: ReadonlySet<string>;
}

const none: PodCounts = { ready: 0, total: 0, staying: 0, zones: new Set(), images: new Set() };

/** The pods of all releases. */
export async function podsByRelease(cluster: Cluster): Promise<ReadonlyMap<string, PodCounts>> {
  const { items } = (await cluster.get(`/api/v1/namespaces/${namespace}/pods`)) as { items: Pod[] };
  const byRelease = Map.groupBy(items, ({ metadata }) => metadata.labels?.['app.kubernetes.io/instance'] ?? '');
  return new Map([...byRelease].map(([release, pods]) => [release, countsOf(pods)]));
}

export const podsOf = async (cluster: Cluster, release: string): Promise<PodCounts> =>
  (await podsByRelease(cluster)).get(release) ?? none;

function countsOf(pods: readonly Pod[]): PodCounts {
  return {
    ready: pods.filter(isReady).length,
    total: pods.length,
    staying: pods.filter(isStaying).length,
    zones: new Set(pods.map(({ spec }) => zones.get(spec.nodeName ?? '') ?? 'no zone')),
    images: new Set(pods.flatMap(({ spec }) => spec.containers.map(({ image }) => image))),
  };
}

const isStaying = ({ metadata }: Pod): boolean => metadata.deletionTimestamp === undefined;

const isReady = (pod: Pod): boolean =>
  isStaying(pod) &&
  (pod.status.conditions ?? []).some(({ type, status: value }) => type === 'Ready' && value === 'True');

/** The least and the most pods of a release while something happens. */
export interface PodRange {
  leastReady: number;
  most: number;
  mostStaying: number;
  looks: number;
}

const everyMs = 40;

/** Counts the pods of all releases again and again while `act` runs. */
export async function watched<T>(
  cluster: Cluster,
  act: () => Promise<T>,
): Promise<{ result: T; ranges: ReadonlyMap<string, PodRange> }> {
  const ranges = new Map<string, PodRange>();
  const ended = new AbortController();
  const look = async () => {
    const now = await podsByRelease(cluster);
    for (const [release, { ready, total, staying }] of now) {
      const before = ranges.get(release) ?? { leastReady: ready, most: total, mostStaying: staying, looks: 0 };
      ranges.set(release, {
        leastReady: Math.min(before.leastReady, ready),
        most: Math.max(before.most, total),
        mostStaying: Math.max(before.mostStaying, staying),
        looks: before.looks + 1,
      });
    }
    // A release whose only pod is away is not in the list.
    for (const [release, range] of ranges) if (!now.has(release)) ranges.set(release, { ...range, leastReady: 0 });
  };
  const looking = (async () => {
    while (!ended.signal.aborted) {
      await look();
      await delay(everyMs);
    }
  })();
  try {
    return { result: await act(), ranges };
  } finally {
    ended.abort();
    await looking;
  }
}
