import { openSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { root } from '../harness/run-command.ts';
import { commitTime } from './commit-time.ts';
import type { ContainerRuntime } from './container-runtime.ts';
import { outcomeOf, runProgram } from './run-program.ts';

/** Docker or Podman, by their command line, which is the same for what is used here. */
export function dockerRuntime(engine: string): ContainerRuntime {
  const run = (...args: string[]) => runProgram(engine, args, { cwd: root });
  return {
    name: engine,
    async prepare() {},
    async build(app, image, isFresh = false) {
      const options = [`SOURCE_DATE_EPOCH=${await commitTime()}`, `APP=${app}`].flatMap((one) => ['--build-arg', one]);
      if (isFresh) options.push('--no-cache');
      await run('build', '-f', 'infra/docker/Dockerfile', ...options, '-t', image, '.');
      const size = await run('images', '--format', '{{.Size}}', image);
      const layers = JSON.parse(
        await run('image', 'inspect', '--format', '{{json .RootFS.Layers}}', image),
      ) as string[];
      return { size, layer: layers.at(-1) ?? '' };
    },
    async healthCheck(image) {
      const test = JSON.parse(
        await run('image', 'inspect', '--format', '{{json .Config.Healthcheck.Test}}', image),
      ) as string[];
      return test.slice(1);
    },
    async run(name, image, { environment, memoryBytes, pids, tmpfs, readable, logFile }) {
      const log = openSync(logFile, 'a');
      const child = spawn(
        engine,
        [
          ...['run', '--rm', '--name', name, '--network', 'host', '--read-only', '--cap-drop', 'ALL'],
          ...['--security-opt', 'no-new-privileges', '--memory', String(memoryBytes), '--pids-limit', String(pids)],
          ...tmpfs.flatMap((folder) => ['--tmpfs', folder]),
          ...readable.flatMap((folder) => ['--volume', `${folder}:${folder}:ro`]),
          ...Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
          image,
        ],
        { stdio: ['ignore', log, log] },
      );
      const ended = once(child, 'close').then(([code]: (number | null)[]) => code ?? 128);
      let peakBytes = 0;
      return {
        exec: (command) => outcomeOf(engine, ['exec', name, ...command]),
        async memory() {
          const nowBytes = bytesOf(await run('stats', '--no-stream', '--format', '{{.MemUsage}}', name));
          peakBytes = Math.max(peakBytes, nowBytes);
          return { nowBytes, peakBytes };
        },
        async stop(graceMs) {
          await run('stop', '--time', String(graceMs / 1000), name);
          return ended;
        },
      };
    },
  };
}

const units: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
};

/** @param usage as `41.2MiB / 512MiB` */
function bytesOf(usage: string): number {
  const [, number, unit] = /^([\d.]+)\s*(\w+)/.exec(usage) ?? [];
  return Math.round(Number(number) * (units[unit ?? ''] ?? Number.NaN));
}
