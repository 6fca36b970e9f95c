import { join } from 'node:path';
import { buildDependency, cached } from './go-program.ts';

const module = 'github.com/prometheus/prometheus';

/** Version 3.7.3, as Go numbers it. */
const version = 'v0.307.3';

/** Without what discovers targets in clouds: that is most of what would be compiled, and nothing here needs it. */
const tags = ['remove_all_sd', 'netgo'];

/** Where the programs of Prometheus are. */
export interface PrometheusPrograms {
  readonly prometheus: string;
  /** Checks rule files. */
  readonly promtool: string;
}

/** Builds them from the Go module proxy, once for a machine; that takes some minutes. */
export async function prometheusPrograms(): Promise<PrometheusPrograms> {
  const folder = await cached(`prometheus-${version}`, async (work) => {
    for (const name of ['prometheus', 'promtool'])
      await buildDependency(work, { module, version, program: `${module}/cmd/${name}`, tags });
  });
  return { prometheus: join(folder, 'prometheus'), promtool: join(folder, 'promtool') };
}
