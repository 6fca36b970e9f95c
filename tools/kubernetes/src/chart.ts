import { globSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { runProgram, tryProgram, type ProgramResult } from './run-program.ts';

export const infraFolder = resolve(import.meta.dirname, '../../../infra/k8s');
export const chartFolder = join(infraFolder, 'chart');

/** One app that the chart runs, by its values file. */
export interface ValuesFile {
  name: string;
  path: string;
}

export const valuesFiles: readonly ValuesFile[] = globSync(join(infraFolder, 'values/*.yaml'))
  .toSorted()
  .map((path) => ({ name: basename(path, '.yaml'), path }));

/** The chart's resources for an app. @param settings as `--set` takes them @throws with helm's sentence where the values are refused */
export function renderChart(helm: string, values: ValuesFile, settings: readonly string[] = []): Promise<string> {
  return runProgram(helm, templateArguments(values, settings));
}

export function tryRender(helm: string, values: ValuesFile, settings: readonly string[]): Promise<ProgramResult> {
  return tryProgram(helm, templateArguments(values, settings));
}

function templateArguments({ name, path }: ValuesFile, settings: readonly string[]): string[] {
  return ['template', name, chartFolder, '-f', path, ...settings.flatMap((setting) => ['--set', setting])];
}

/** Settings that turn on all that is off by default, for an app that may have them. */
export function everythingOn(rendered: string): string[] {
  const isSource = rendered.includes('app.kubernetes.io/component: source');
  return [
    'podMonitor.enabled=true',
    'prometheusRule.enabled=true',
    'networkPolicy.metricsFromNamespaces.team=monitoring',
    'image.pullSecrets[0]=registry',
    'nodeSelector.pool=streams',
    'podAnnotations.note=x',
    ...(isSource
      ? []
      : [
          'scaling.enabled=true',
          'scaling.prometheus=http://prometheus:9090',
          'scaling.partitions=12',
          'scaling.minReplicas=2',
        ]),
  ];
}
