import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { root } from '../harness/run-command.ts';
import { succeeds } from './run-program.ts';

/**
 * Builds the image that the Dockerfile's FROM names, where no image registry can be reached: the same Debian from its packages, the Node
 * binary of the npm package `node` in the same version, and this machine's npm. It has the same parts as Docker's official image.
 */
export async function buildBaseImage(
  run: (program: string, ...args: string[]) => Promise<string>,
  say: (line: string) => void,
): Promise<void> {
  const from = /^FROM (node:[\d.]+-(\w+)-slim)/m.exec(await readFile(join(root, 'infra/docker/Dockerfile'), 'utf8'));
  const [, tag, release] = from ?? [];
  if (tag === undefined || release === undefined)
    throw new Error('infra/docker/Dockerfile begins with no FROM node:VERSION-RELEASE-slim');
  const image = `docker.io/library/${tag}`;
  if (await succeeds('buildah', ['inspect', '--type', 'image', image])) return;
  say(`building ${tag} from Debian's packages, as no image registry is asked here`);
  await allowUnsignedImages();
  const folder = await mkdtemp(join(tmpdir(), 'sluice-base-'));
  try {
    const archive = join(folder, 'base.tar');
    await run(
      'mmdebstrap',
      '--variant=minbase',
      '--include=ca-certificates,tzdata,libstdc++6,libatomic1',
      release,
      archive,
    );
    const npm = dirname(dirname(resolve(await run('readlink', '-f', await run('which', 'npm')))));
    const container = await run('buildah', 'from', 'scratch');
    await run('buildah', 'add', '--quiet', container, archive, '/');
    await run('buildah', 'copy', '--quiet', container, join(root, 'node_modules/node/bin/node'), '/usr/local/bin/node');
    await run('buildah', 'copy', '--quiet', container, npm, '/usr/local/lib/node_modules/npm');
    await run('buildah', 'run', container, '--', 'sh', '-c', asInTheOfficialImage);
    await run('buildah', 'config', '--cmd', 'node', '--env', `PATH=${path}`, container);
    await run('buildah', 'commit', '--quiet', '--format', 'docker', container, image);
    await run('buildah', 'rm', container);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const asInTheOfficialImage = [
  'ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm',
  'ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx',
  'groupadd -g 1000 node',
  'useradd -u 1000 -g node -m node',
].join(' && ');

/** buildah and skopeo refuse all images where no policy says which may be trusted; here there are only our own. */
async function allowUnsignedImages(): Promise<void> {
  const own = join(homedir(), '.config/containers/policy.json');
  if ((await exists('/etc/containers/policy.json')) || (await exists(own))) return;
  await mkdir(dirname(own), { recursive: true });
  await writeFile(own, '{"default":[{"type":"insecureAcceptAnything"}]}\n');
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
