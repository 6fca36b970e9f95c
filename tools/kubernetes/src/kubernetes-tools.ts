import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, go, installedProgram, moduleFolder } from './go-program.ts';

/** Whose resources the chart is checked against: the newest four minor versions. */
export const checkedVersions = ['1.34.4', '1.35.4', '1.36.3', '1.37.2'] as const;
const versions = {
  helm: 'v4.3.1',
  kubeconform: 'v0.8.0',
  keda: 'v2.21.0',
  prometheusOperator: 'v0.85.0',
  kustomize: 'v5.8.1',
} as const;

/** What renders and checks charts, with the definitions of the custom resources that ours uses. */
export interface KubernetesTools {
  helm: string;
  kubeconform: string;
  /** Folder of CustomResourceDefinitions. */
  definitions: string;
}

/** Builds the tools from the Go module proxy, once for a machine; that takes some minutes. */
export async function buildTools(say: (line: string) => void): Promise<KubernetesTools> {
  say('building helm and kubeconform, unless they are there');
  return {
    helm: await installedProgram('helm.sh/helm/v4', '/cmd/helm', versions.helm),
    kubeconform: await installedProgram('github.com/yannh/kubeconform', '/cmd/kubeconform', versions.kubeconform),
    definitions: await definitionsFolder(),
  };
}

function definitionsFolder(): Promise<string> {
  const { keda, prometheusOperator } = versions;
  return cached(`crds-keda-${keda}-prometheus-operator-${prometheusOperator}`, async (folder) => {
    const sources = [
      [await moduleFolder('github.com/kedacore/keda/v2', keda), 'config/crd/bases', ['keda.sh_scaledobjects.yaml']],
      [
        await moduleFolder('github.com/prometheus-operator/prometheus-operator', prometheusOperator),
        'example/prometheus-operator-crd',
        ['monitoring.coreos.com_podmonitors.yaml', 'monitoring.coreos.com_prometheusrules.yaml'],
      ],
    ] as const;
    for (const [module, path, files] of sources)
      for (const file of files) await copyFile(join(module, path, file), join(folder, file));
  });
}

/** The OpenAPI document of a version of Kubernetes, as its module has it. */
export async function openApiFile(version: string): Promise<string> {
  const folder = await cached(`kubernetes-openapi-${version}`, async (work) => {
    const module = await moduleFolder('k8s.io/kubernetes', `v${version}`);
    await copyFile(join(module, 'api/openapi-spec/swagger.json'), join(work, 'swagger.json'));
  });
  return join(folder, 'swagger.json');
}

/** What turns the kustomize base into resources. @returns its path */
export async function kustomizeProgram(): Promise<string> {
  const module = 'sigs.k8s.io/kustomize/kustomize/v5';
  const fill = (folder: string) => buildDependency(folder, { module, version: versions.kustomize, program: module });
  return join(await cached(`kustomize-${versions.kustomize}`, fill), 'v5');
}

/** Builds a program whose go.mod replaces modules, so that it cannot be installed by name: as a dependency of a module of ours it can. */
async function buildDependency(
  folder: string,
  from: { module: string; version: string; program: string },
): Promise<void> {
  const { module, version, program } = from;
  const work = join(folder, 'module');
  await mkdir(work);
  await writeFile(join(work, 'go.mod'), `module tools\ngo 1.26.0\nrequire ${module} ${version}\n`);
  await writeFile(join(work, 'tools.go'), `//go:build tools\n\npackage tools\n\nimport _ "${program}"\n`);
  await go(['mod', 'tidy'], work);
  const file = join(folder, program.split('/').at(-1) ?? program);
  await go(['build', '-trimpath', '-ldflags', '-s -w', '-o', file, program], work);
}
