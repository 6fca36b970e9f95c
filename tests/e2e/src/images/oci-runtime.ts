import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { root } from '../harness/run-command.ts';
import { buildBaseImage } from './base-image.ts';
import { commitTime } from './commit-time.ts';
import type { ContainerOptions, ContainerRuntime } from './container-runtime.ts';
import { outcomeOf, runProgram, succeeds } from './run-program.ts';

/** The tools that engines are made of, and the Debian packages they come in. */
const tools = ['buildah', 'runc', 'mmdebstrap'];
const environment = { ...process.env, STORAGE_DRIVER: 'overlay', BUILDAH_ISOLATION: 'chroot' };

/** Builds with buildah and runs with runc, as root, where no engine answers. */
export function ociRuntime(): ContainerRuntime {
  const run = (program: string, ...args: string[]) => runProgram(program, args, { env: environment, cwd: root });
  return {
    name: 'buildah and runc',
    async prepare(say) {
      await installTools(say);
      await buildBaseImage(run, say);
    },
    async build(app, image, isFresh = false) {
      // A certificate authority of this machine's own is a secret of the build, and stays out of the image.
      const authority = process.env['NODE_EXTRA_CA_CERTS'];
      const secret = authority === undefined ? [] : ['--secret', `id=extra-ca,src=${authority}`];
      await run(
        ...(['buildah', 'bud', '--pull-never', '--format', 'docker', '--network', 'host', ...secret] as const),
        ...['--timestamp', await commitTime(), isFresh ? '--no-cache' : '--layers'],
        ...['-f', 'infra/docker/Dockerfile', '--build-arg', `APP=${app}`, '-t', image, '.'],
      );
      const [found] = JSON.parse(await run('buildah', 'images', '--json', `localhost/${image}`)) as { size: string }[];
      const { OCIv1 } = await inspected(run, image);
      return { size: found?.size ?? '', layer: OCIv1.rootfs.diff_ids.at(-1) ?? '' };
    },
    async healthCheck(image) {
      return (await configOf(run, image)).Healthcheck.Test.slice(1);
    },
    async run(name, image, options) {
      const container = await run('buildah', 'from', '--pull-never', `localhost/${image}`);
      const folder = await mkdtemp(join(tmpdir(), 'sluice-container-'));
      const remove = async () => {
        await run('buildah', 'rm', container);
        await rm(folder, { recursive: true });
      };
      try {
        const root = await run('buildah', 'mount', container);
        await run('runc', 'spec', '--bundle', folder);
        await configure(join(folder, 'config.json'), root, await configOf(run, image), options);
      } catch (error) {
        await remove();
        throw error;
      }
      const log = openSync(options.logFile, 'a');
      const child = spawn('runc', ['run', '--bundle', folder, name], { stdio: ['ignore', log, log] });
      const ended = once(child, 'close').then(async ([code]: (number | null)[]) => {
        await remove();
        return code ?? 128;
      });
      return {
        exec: (command) => outcomeOf('runc', ['exec', name, ...command]),
        async memory() {
          const { data } = JSON.parse(await run('runc', 'events', '--stats', name)) as RuncStatistics;
          return { nowBytes: data.memory.usage.usage, peakBytes: data.memory.usage.max };
        },
        async stop(graceMs) {
          if (child.exitCode !== null || child.signalCode !== null) return ended;
          await run('runc', 'kill', name, 'TERM');
          const late = new AbortController();
          const killed = delay(graceMs, undefined, { signal: late.signal }).then(
            () => run('runc', 'kill', name, 'KILL').then(() => ended),
            () => ended,
          );
          const code = await Promise.race([ended, killed]);
          late.abort();
          return code;
        },
      };
    },
  };
}

interface BuildahImage {
  Docker: { config: ImageConfig };
  OCIv1: { rootfs: { diff_ids: string[] } };
}
interface ImageConfig {
  Healthcheck: { Test: string[] };
  Cmd: string[];
  Env: string[];
  WorkingDir: string;
}
interface RuncStatistics {
  data: { memory: { usage: { usage: number; max: number } } };
}
interface RuntimeConfig {
  process: Record<string, unknown>;
  root: { path: string; readonly: boolean };
  mounts: { destination: string; type: string; source: string; options: string[] }[];
  linux: { namespaces: { type: string }[]; resources?: unknown };
}

type Run = (program: string, ...args: string[]) => Promise<string>;

const inspected = async (run: Run, image: string): Promise<BuildahImage> =>
  JSON.parse(await run('buildah', 'inspect', '--type', 'image', image)) as BuildahImage;

const configOf = async (run: Run, image: string): Promise<ImageConfig> => (await inspected(run, image)).Docker.config;

/** The image's user, as all of ours have it. */
const user = { uid: 1000, gid: 1000 };

/** Writes what an engine makes of `--read-only --cap-drop ALL --security-opt no-new-privileges --network host` and the limits. */
async function configure(path: string, root: string, image: ImageConfig, options: ContainerOptions): Promise<void> {
  const config = JSON.parse(await readFile(path, 'utf8')) as RuntimeConfig;
  const none = ['bounding', 'effective', 'inheritable', 'permitted', 'ambient'].map((set) => [set, []] as const);
  Object.assign(config.process, {
    ...{ args: image.Cmd, cwd: image.WorkingDir, user, terminal: false, noNewPrivileges: true },
    env: [...image.Env, ...Object.entries(options.environment).map(([name, value]) => `${name}=${value}`)],
    capabilities: Object.fromEntries(none),
  });
  config.root = { path: root, readonly: true };
  const shared = ['network', 'user', 'cgroup'];
  config.linux.namespaces = config.linux.namespaces.filter(({ type }) => !shared.includes(type));
  config.linux.resources = { memory: { limit: options.memoryBytes }, pids: { limit: options.pids } };
  for (const destination of options.tmpfs)
    config.mounts.push({ destination, type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'mode=1777'] });
  // The names of hosts, as engines give them.
  for (const readable of [...options.readable, '/etc/hosts', '/etc/resolv.conf'])
    config.mounts.push({ destination: readable, type: 'bind', source: readable, options: ['rbind', 'ro'] });
  await writeFile(path, JSON.stringify(config));
}

async function installTools(say: (line: string) => void): Promise<void> {
  const missing = [];
  for (const tool of tools) if (!(await succeeds('which', [tool]))) missing.push(tool);
  if (missing.length === 0) return;
  const packages = missing.join(' ');
  if (process.getuid?.() !== 0 || !(await succeeds('which', ['apt-get'])))
    throw new Error(
      `no container engine answers, and ${packages} are missing: start Docker or Podman, or on Debian, as root, apt-get install ${packages}`,
    );
  say(`installing ${packages}`);
  await runProgram('apt-get', ['update', '-qq']);
  await runProgram('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing]);
}
