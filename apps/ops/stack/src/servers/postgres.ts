import { existsSync, readFileSync } from 'node:fs';
import { readdir, realpath, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { aptPackages } from '../install/apt.ts';
import { hostAndPort } from '../lifecycle/external.ts';
import { processesIn } from '../processes/processes.ts';
import { giveTo } from '../state/ownership.ts';
import { onPath, outputOf } from '../toolchains/executable.ts';
import { UserError } from '../user-error.ts';
import { portOf, type Server } from './server.ts';

/** PostgreSQL refuses to run as root, and as a user without a name. Debian has one with the second number. */
const stepDown = process.getuid?.() === 0 ? { user: namedUser('postgres') ?? { uid: 65_534, gid: 65_534 } } : {};

function namedUser(name: string): { uid: number; gid: number } | undefined {
  const [, uid, gid] = new RegExp(`^${name}:[^:]*:(\\d+):(\\d+):`, 'm').exec(readFileSync('/etc/passwd', 'utf8')) ?? [];
  return uid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

const database = 'sluice';
const user = 'sluice';

/** PostgreSQL, of the system or from Debian's packages. Started only if named. */
export const postgres: Server = {
  name: 'postgres',
  title: 'PostgreSQL',
  release: 'postgresql',
  variable: 'POSTGRES_URL',
  usualPorts: { sql: 5432 },
  installSize: { amount: 80_000_000, unit: 'bytes' },
  installDiskBytes: 400_000_000,
  ...stepDown,
  async findTools() {
    if ((await systemFolder()) === undefined && !onPath('apt-get'))
      throw new UserError('postgres needs PostgreSQL 13 or newer, but its programs were not found.');
  },
  async install(job) {
    const found = await systemFolder();
    if (found !== undefined) return writePrograms(job.files, found, '');
    await aptPackages(job, 'postgresql');
    const unpacked = await newestIn(join(job.files, 'usr/lib/postgresql'));
    if (unpacked === undefined) throw new UserError('the packages of apt have no PostgreSQL.');
    const libraries = (await readdir(join(job.files, 'usr/lib'), { withFileTypes: true }))
      .filter((entry) => entry.isDirectory() && entry.name.includes('-linux-'))
      .map(({ name }) => `$here/usr/lib/${name}`);
    await writePrograms(job.files, unpacked.replace(job.files, '$here'), `LD_LIBRARY_PATH=${libraries.join(':')} `);
  },
  async command({ installed, data, ports }) {
    const folder = join(data, 'cluster');
    const initialize = [join(installed, 'initialize'), installed, folder];
    if (stepDown.user) await giveTo(stepDown.user, data);
    if ((await outputOf('/bin/sh', initialize, stepDown.user)) === undefined)
      throw new Error(`PostgreSQL cannot make its files: run sh ${initialize.join(' ')} to see why`);
    await untilUnused(await realpath(folder));
    const settings = {
      listen_addresses: '127.0.0.1',
      port: portOf(ports, 'sql'),
      unix_socket_directories: '',
      shared_buffers: '64MB',
      max_connections: 50,
    };
    return {
      program: join(installed, 'postgres'),
      args: ['-D', folder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      ...stepDown,
    };
  },
  address: (ports) => `postgres://127.0.0.1:${portOf(ports, 'sql')}/${database}`,
  isReady: logsIn,
};

/** How long processes of a killed server may take to end. */
const endingMs = 10_000;

/**
 * Waits until no process works in a cluster's folder, as all of a server's do. The children of a killed server end a moment after it, and
 * PostgreSQL does not start while they share its memory. They do not bear the stack's mark: their titles are written over it.
 */
async function untilUnused(folder: string): Promise<void> {
  const endMs = Date.now() + endingMs;
  while (processesIn(folder).length > 0 && Date.now() < endMs) await delay(50);
}

/** Makes the cluster and the database, once: single-user mode needs no running server. A cluster that was cut short is made again. */
const initializeScript = `#!/bin/sh
set -eu
installed=$1 folder=$2
[ -e "$folder/complete" ] && exit 0
rm -rf "$folder"
"$installed/initdb" -D "$folder" -U ${user} -A trust -E UTF8 --locale=C --no-instructions
echo 'CREATE DATABASE ${database}' | "$installed/postgres" --single -D "$folder" postgres
touch "$folder/complete"
`;

/** Both programs, started from where they are: PostgreSQL finds its libraries next to them. */
async function writePrograms(files: string, folder: string, environment: string): Promise<void> {
  for (const program of ['postgres', 'initdb']) {
    const script = `#!/bin/sh\nhere=$(dirname "$0")\n${environment}exec "${folder}/bin/${program}" "$@"\n`;
    await writeFile(join(files, program), script, { mode: 0o755 });
  }
  await writeFile(join(files, 'initialize'), initializeScript, { mode: 0o755 });
}

/** Whether the server takes a login: it accepts connections before it has recovered from a crash. */
function logsIn(address: string): Promise<boolean> {
  // https://www.postgresql.org/docs/current/protocol-message-formats.html: StartupMessage, and R of AuthenticationOk.
  const login = Buffer.from(`\0\0\0\0\0\x03\0\0user\0${user}\0database\0${database}\0\0`);
  login.writeInt32BE(login.length);
  return new Promise((done) => {
    const socket = connect(hostAndPort(address));
    const finish = (isReady: boolean): void => {
      socket.destroy();
      done(isReady);
    };
    socket.setTimeout(3000, () => finish(false));
    socket.once('connect', () => socket.write(login));
    socket.once('data', (answer) => finish(answer[0] === 'R'.charCodeAt(0)));
    socket.once('error', () => finish(false));
    socket.once('end', () => finish(false));
  });
}

async function systemFolder(): Promise<string | undefined> {
  const program = onPath('initdb');
  if (program !== undefined && onPath('postgres') !== undefined) {
    const config = onPath('pg_config');
    const folder = config === undefined ? undefined : (await outputOf(config, ['--bindir']))?.trim();
    if (folder !== undefined && existsSync(join(folder, 'initdb'))) return dirname(folder);
  }
  return newestIn('/usr/lib/postgresql');
}

/** The newest version below a folder that has a server. */
async function newestIn(folder: string): Promise<string | undefined> {
  if (!existsSync(folder)) return undefined;
  const versions = (await readdir(folder)).filter((name) => /^\d+$/.test(name)).map(Number);
  const newest = versions.sort((a, b) => b - a).find((one) => existsSync(join(folder, String(one), 'bin/initdb')));
  return newest === undefined ? undefined : join(folder, String(newest));
}
