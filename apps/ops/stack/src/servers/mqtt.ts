import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aptPackages } from '../install/apt.ts';
import { answers } from '../lifecycle/external.ts';
import { onPath } from '../toolchains/executable.ts';
import { UserError } from '../user-error.ts';
import { portOf, type Server } from './server.ts';

/** The path of the system package, which is not on every user's PATH. */
const systemProgram = '/usr/sbin/mosquitto';

/** The MQTT broker: Eclipse Mosquitto, of the system or from Debian's packages. Started only if named. */
export const mqtt: Server = {
  name: 'mqtt',
  title: 'Mosquitto',
  release: 'mosquitto-2',
  variable: 'MQTT_URL',
  usualPorts: { mqtt: 1883 },
  installSize: { amount: 4_000_000, unit: 'bytes' },
  installDiskBytes: 200_000_000,
  async install(job) {
    const program = onPath('mosquitto') ?? (existsSync(systemProgram) ? systemProgram : undefined);
    if (program !== undefined)
      return writeFile(join(job.files, 'mosquitto'), script(`exec ${program} "$@"`), { mode: 0o755 });
    if (!onPath('apt-get')) throw new UserError('mqtt needs Mosquitto 2, but mosquitto is not on PATH.');
    await aptPackages(job, 'mosquitto');
    const libraries = (await readdir(join(job.files, 'usr/lib'), { withFileTypes: true }))
      .filter((entry) => entry.isDirectory() && entry.name.includes('-linux-'))
      .map(({ name }) => `$here/usr/lib/${name}`);
    const start = `here=$(dirname "$0")\nLD_LIBRARY_PATH=${libraries.join(':')} exec "$here/usr/sbin/mosquitto" "$@"`;
    await writeFile(join(job.files, 'mosquitto'), script(start), { mode: 0o755 });
  },
  async command({ installed, data, ports }) {
    const file = join(data, 'mosquitto.conf');
    await writeFile(file, configuration(data, portOf(ports, 'mqtt')));
    return { program: join(installed, 'mosquitto'), args: ['-c', file] };
  },
  address: (ports) => `mqtt://127.0.0.1:${portOf(ports, 'mqtt')}`,
  isReady: answers,
};

const script = (text: string) => `#!/bin/sh\n${text}\n`;

// Sessions are on disk a second after a change and at every stop. The default limits would drop messages for a disconnected client beyond
// 1,000, and send 20 at a time.
const configuration = (data: string, port: number) => `listener ${port} 127.0.0.1
allow_anonymous true
${process.getuid?.() === 0 ? 'user root\n' : ''}persistence true
persistence_location ${data}/
autosave_interval 1
max_queued_messages 1000000
max_inflight_messages 10000
`;
