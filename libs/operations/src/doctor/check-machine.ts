import { statfs } from 'node:fs/promises';
import { ok, tried, warning, type Checks } from './check.ts';

const [littleShare, littleBytes] = [0.1, 2 * 1024 ** 3];
const gibibytes = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;

/** This machine. @param folder where logs and local servers keep their data */
export async function* checkMachine(folder: string, signal: AbortSignal): Checks {
  yield await tried('machine', 'Node', signal, () => {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    return major > 22 || (major === 22 && minor >= 13)
      ? ok(`Node ${process.versions.node} runs`)
      : warning(`Node ${process.versions.node} is older than 22.13`, 'run `npm install`, which brings a newer one');
  });
  yield await tried('machine', 'disk', signal, async () => {
    const { bsize, blocks, bavail } = await statfs(folder);
    const [free, total] = [bsize * bavail, bsize * blocks];
    return free < littleBytes || free < total * littleShare
      ? warning(
          `only ${gibibytes(free)} of ${gibibytes(total)} are free where ${folder} is`,
          'delete what is not needed: `npm run stack -- reset` removes the data of the local servers',
        )
      : ok(`${gibibytes(free)} of ${gibibytes(total)} are free where ${folder} is`);
  });
}
