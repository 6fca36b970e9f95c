import { join } from 'node:path';
import { answers } from '../lifecycle/external.ts';
import { findTool } from '../toolchains/install-tools.ts';
import { portOf, type Server } from './server.ts';

/** Of the module `cloud.google.com/go/pubsub`: see `pubsub/go.mod`. */
const version = '2.9.0';

/** The stand-in for Pub/Sub: Google's own fake, which keeps everything in memory. Started only if named. */
export const pubsub: Server = {
  name: 'pubsub',
  title: `pstest ${version}`,
  release: `pstest-${version}`,
  variable: 'PUBSUB_EMULATOR_HOST',
  usualPorts: { grpc: 8085 },
  installSize: { amount: 150, unit: 'packages' },
  installDiskBytes: 1_000_000_000,
  findTools: () => findTool('pubsub', 'go'),
  install(job) {
    const source = join(import.meta.dirname, 'pubsub');
    return job.run(
      findTool('pubsub', 'go'),
      ['build', '-C', source, '-v', '-trimpath', '-ldflags=-s -w', '-o', join(job.files, 'sluice-pubsub'), '.'],
      { GOFLAGS: '-buildvcs=false -modcacherw -mod=readonly', CGO_ENABLED: '0', GOWORK: 'off' },
    );
  },
  command: async ({ installed, ports }) => ({
    program: join(installed, 'sluice-pubsub'),
    args: [String(portOf(ports, 'grpc'))],
  }),
  address: (ports) => `127.0.0.1:${portOf(ports, 'grpc')}`,
  isReady: answers,
};
