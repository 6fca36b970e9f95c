import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A package in a CycloneDX document: https://cyclonedx.org/docs/1.5/json/#components */
export interface Component {
  /** `name@version`. */
  'bom-ref': string;
  name: string;
  version: string;
  licenses?: readonly { license?: { id?: string; name?: string }; expression?: string }[];
}

/** What `npm sbom` prints. The members that are not named here are kept as they are. */
export interface Sbom {
  serialNumber?: string;
  metadata: { timestamp?: string; component: { name: string; version: string; 'bom-ref': string } };
  components: readonly Component[];
  dependencies: readonly { ref: string; dependsOn?: readonly string[] }[];
}

const run = promisify(execFile);

/** The packages that the workspaces of some folders need when they run, from the lock file and what is installed. */
export async function npmSbom(folders: readonly string[]): Promise<Sbom> {
  const workspaces = folders.flatMap((folder) => ['--workspace', folder]);
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--omit', 'dev', ...workspaces];
  const { stdout } = await run('npm', args, { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as Sbom;
}
