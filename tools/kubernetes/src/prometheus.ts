import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cached } from './go-program.ts';
import { runProgram } from './run-program.ts';

/** Where the programs of Prometheus are. */
export interface PrometheusPrograms {
  readonly prometheus: string;
  /** Checks rule files. */
  readonly promtool: string;
}

/** Finds Prometheus 2.42 or newer on PATH, and otherwise takes Debian's package, unpacked without installing it: that needs no root. */
export async function prometheusPrograms(): Promise<PrometheusPrograms> {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).find((folder) => existsSync(join(folder, 'promtool')));
  const folder =
    onPath ??
    join(
      await cached('prometheus-debian', async (work) => {
        await runProgram('/bin/sh', ['-ec', 'apt-get download prometheus; dpkg-deb -x prometheus_*.deb .'], {
          cwd: work,
        });
      }),
      'usr/bin',
    );
  return { prometheus: join(folder, 'prometheus'), promtool: join(folder, 'promtool') };
}
