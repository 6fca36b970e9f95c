import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findTool } from '../toolchains/install-tools.ts';
import { answersOk } from './http-ready.ts';
import { portOf, type Server } from './server.ts';

const version = '1.56.1';

/** The stand-in for Google Cloud Storage: fake-gcs-server, objects as files. */
export const gcs: Server = {
  name: 'gcs',
  title: `fake-gcs-server ${version}`,
  release: `fake-gcs-server-${version}`,
  variable: 'GCS_ENDPOINT',
  usualPorts: { http: 4443 },
  installSize: { amount: 700, unit: 'packages' },
  installDiskBytes: 1_500_000_000,
  findTools: () => findTool('gcs', 'go'),
  install(job) {
    return job.run(findTool('gcs', 'go'), ['install', '-v', `github.com/fsouza/fake-gcs-server@v${version}`], {
      GOBIN: job.files,
      GOFLAGS: '-buildvcs=false -modcacherw',
    });
  },
  async command({ installed, data, ports }) {
    const port = portOf(ports, 'http');
    const options = {
      scheme: 'http',
      host: '127.0.0.1',
      port,
      backend: 'filesystem',
      // Every entry of this folder is a bucket, so the log must be elsewhere.
      'filesystem-root': join(data, 'buckets'),
      'public-host': `127.0.0.1:${port}`,
      'external-url': `http://127.0.0.1:${port}`,
      'log-level': 'warn',
    };
    await mkdir(options['filesystem-root'], { recursive: true });
    return {
      program: join(installed, 'fake-gcs-server'),
      args: Object.entries(options).flatMap(([name, value]) => [`-${name}`, String(value)]),
    };
  },
  address: (ports) => `http://127.0.0.1:${portOf(ports, 'http')}`,
  isReady: (address) => answersOk(`${address}/storage/v1/b?project=local`),
};
