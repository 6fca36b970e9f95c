import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { buildDependency, cached, go, moduleFolder } from './go-program.ts';

const [kubernetesVersion, kwokVersion] = ['1.37.2', 'v0.8.0'];

/** Programs of a control plane without machines. */
export interface ControlPlanePrograms {
  /** etcd, apiserver, controller-manager, scheduler and kubectl in one program, by its first argument. */
  kube: string;
  /** Plays nodes: pods become ready and end, and no container runs. */
  kwok: string;
  /** What kwok does with nodes and pods. */
  stages: string;
}

/** Builds them from the Go module proxy, once for a machine; that takes about ten minutes on two cores. */
export async function buildControlPlane(say: (line: string) => void): Promise<ControlPlanePrograms> {
  say(`building Kubernetes ${kubernetesVersion} and kwok ${kwokVersion}, unless they are there`);
  const kube = await cached(`kubernetes-control-plane-${kubernetesVersion}`, buildKube);
  const kwok = await cached(`kwok-${kwokVersion}`, buildKwok);
  return { kube: join(kube, 'kube'), kwok: join(kwok, 'kwok'), stages: join(kwok, 'stages.yaml') };
}

const mainFile = resolve(import.meta.dirname, '../control-plane/main.go');
const versionVariable = 'k8s.io/component-base/version';

/** Kubernetes' go.mod points its staging modules at folders that its module does not contain: they are named here. */
async function buildKube(folder: string): Promise<void> {
  const module = await moduleFolder('k8s.io/kubernetes', `v${kubernetesVersion}`);
  const goMod = await readFile(join(module, 'go.mod'), 'utf8');
  const [, minor, patch] = kubernetesVersion.split('.');
  const staged = [...goMod.matchAll(/^\s*(k8s\.io\/\S+) => \.\/staging/gm)].map(
    ([, name]) => `replace ${name} => ${name} v0.${minor}.${patch}`,
  );
  const goVersion = /^go .*$/m.exec(goMod)?.[0] ?? 'go 1.26.0';
  const work = join(folder, 'module');
  await mkdir(work);
  await copyFile(mainFile, join(work, 'main.go'));
  const lines = ['module kube', goVersion, `require k8s.io/kubernetes v${kubernetesVersion}`, ...staged];
  await writeFile(join(work, 'go.mod'), `${lines.join('\n')}\n`);
  await go(['mod', 'tidy'], work);
  // Without these the server says that it is v0.0.0-master.
  const variables = { gitVersion: `v${kubernetesVersion}`, gitMajor: '1', gitMinor: minor };
  const flags = Object.entries(variables).map(([name, value]) => `-X ${versionVariable}.${name}=${value}`);
  await go(['build', '-trimpath', '-ldflags', `-s -w ${flags.join(' ')}`, '-o', join(folder, 'kube'), '.'], work);
}

/** kwok ends without stages, which its module has. */
async function buildKwok(folder: string): Promise<void> {
  const module = 'sigs.k8s.io/kwok';
  await buildDependency(folder, { module, version: kwokVersion, program: `${module}/cmd/kwok` });
  const stages = join(await moduleFolder(module, kwokVersion), 'kustomize/stage');
  const texts = [];
  for (const [path, form] of [
    ['node/fast', /^node-.*\.yaml$/],
    ['node/heartbeat-with-lease', /^node-.*\.yaml$/],
    ['pod/fast', /^pod-.*\.yaml$/],
  ] as const)
    for (const file of (await readdir(join(stages, path))).filter((name) => form.test(name)).toSorted())
      texts.push(await readFile(join(stages, path, file), 'utf8'));
  await writeFile(join(folder, 'stages.yaml'), texts.join('\n---\n'));
}
