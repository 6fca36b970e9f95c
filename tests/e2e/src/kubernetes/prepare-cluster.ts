import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { infraFolder, valuesFiles } from '@sluice/kubernetes/chart';
import type { Cluster, ProgramResult } from '@sluice/kubernetes/cluster';
import { eventually } from '@sluice/testkit';
import { parse } from 'yaml';

export const namespace = 'sluice';

/** Nodes by name, each in a zone of its own. */
export const zones: ReadonlyMap<string, string> = new Map([1, 2, 3].map((n) => [`node-${n}`, `zone-${n}`]));

export const installerFile = join(infraFolder, 'installer-role.yaml');

/**
 * Makes nodes, the resources of KEDA and of the Prometheus operator, the namespace, the volumes that apps read, and an account that may
 * install the chart and no more.
 *
 * @returns that account's kubeconfig
 */
export async function prepareCluster(cluster: Cluster): Promise<string> {
  await applied(cluster, ['--server-side'], { file: cluster.definitions });
  for (const [name, zone] of zones) await applied(cluster, [], { input: JSON.stringify(node(name, zone)) });
  await applied(cluster, [], {
    input: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }),
  });
  for (const resource of valuesFiles.flatMap(({ path }) => claimsOf(path)).flatMap(volumeFor))
    await applied(cluster, [], { input: JSON.stringify(resource) });
  await applied(cluster, ['-n', namespace], { file: installerFile });
  const wait = ['wait', '--for=condition=Ready', 'node', '--all', '--timeout=60s'];
  must(await cluster.kubectl(wait), wait);
  const create = ['-n', namespace, 'create', 'token', 'sluice-installer'];
  const token = must(await cluster.kubectl(create), create).trim();
  const kubeconfig = await cluster.kubeconfigFor('installer', token);
  // The authorizer hears of the new role a moment later.
  await eventually(async () => {
    const list = ['-n', namespace, 'get', 'deployments'];
    must(await cluster.kubectl(list, { kubeconfig }), list);
  });
  return kubeconfig;
}

/** @returns what a program printed @throws with what it said where it failed */
export function must({ ok, stdout, stderr }: ProgramResult, args: readonly string[]): string {
  if (!ok) throw new Error(`${args.join(' ')} failed: ${stderr}`);
  return stdout;
}

async function applied(
  cluster: Cluster,
  options: readonly string[],
  what: { file: string } | { input: string },
): Promise<void> {
  const args = ['apply', ...options, '-f', 'file' in what ? what.file : '-'];
  must(await cluster.kubectl(args, 'input' in what ? what : {}), args);
}

function node(name: string, zone: string): object {
  const room = { cpu: '4', memory: '16Gi', pods: '110' };
  const labels = {
    ...{ 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': zone },
    ...{ 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64', pool: 'streams' },
  };
  return {
    ...{ apiVersion: 'v1', kind: 'Node' },
    metadata: { name, labels, annotations: { 'kwok.x-k8s.io/node': 'fake' } },
    status: { allocatable: room, capacity: room },
  };
}

interface VolumeClaim {
  claim: string;
  mountPath: string;
}

const claimsOf = (path: string): readonly VolumeClaim[] =>
  (parse(readFileSync(path, 'utf8')) as { claims?: VolumeClaim[] }).claims ?? [];

/** A claim, and the volume that it is bound to. */
function volumeFor({ claim: name, mountPath: path }: VolumeClaim): object[] {
  const size = { storage: '1Gi' };
  const shared = { accessModes: ['ReadOnlyMany'], storageClassName: '' };
  return [
    {
      ...{ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name } },
      spec: { ...shared, capacity: size, hostPath: { path }, claimRef: { namespace, name } },
    },
    {
      ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace } },
      spec: { ...shared, volumeName: name, resources: { requests: size } },
    },
  ];
}
