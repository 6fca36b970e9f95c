import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findTool } from '../toolchains/install-tools.ts';
import { portOf, type Server } from './server.ts';

const version = '1.8.0';
const [accessKey, secretKey] = ['sluice', 'sluice-secret'];

/**
 * A server that speaks S3's protocol: versitygw, objects as files. What an object says about itself is in extended attributes of its file,
 * which most file systems have. Started only if named.
 */
export const s3: Server = {
  name: 's3',
  title: `versitygw ${version}`,
  release: `versitygw-${version}`,
  variable: 'S3_ENDPOINT',
  variables: { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey },
  usualPorts: { http: 7070 },
  installSize: { amount: 420, unit: 'packages' },
  installDiskBytes: 1_500_000_000,
  findTools: () => findTool('s3', 'go'),
  install(job) {
    return job.run(
      findTool('s3', 'go'),
      ['install', '-v', '-trimpath', `-ldflags=-s -w`, `github.com/versity/versitygw/cmd/versitygw@v${version}`],
      { GOBIN: job.files, GOFLAGS: '-buildvcs=false -modcacherw', CGO_ENABLED: '0' },
    );
  },
  async command({ installed, data, ports }) {
    const buckets = join(data, 'buckets');
    await mkdir(buckets, { recursive: true });
    return {
      program: join(installed, 'versitygw'),
      args: [...['--port', `127.0.0.1:${portOf(ports, 'http')}`, '--quiet', '--keep-alive'], ...['posix', buckets]],
      environment: { ROOT_ACCESS_KEY: accessKey, ROOT_SECRET_KEY: secretKey },
    };
  },
  address: (ports) => `http://127.0.0.1:${portOf(ports, 'http')}`,
  isReady,
};

/** It refuses who does not sign, so that any answer to a request without a signature shows that it works. */
async function isReady(address: string): Promise<boolean> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(3_000) });
    await response.arrayBuffer();
    return response.status === 403 || response.status === 200;
  } catch {
    return false;
  }
}
