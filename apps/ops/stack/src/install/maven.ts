import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findJava } from '../toolchains/java.ts';
import { findTool } from '../toolchains/install-tools.ts';
import { type InstallJob } from './install-job.ts';

/** Maven coordinates of one artifact. */
export interface Artifact {
  group: string;
  artifact: string;
  version: string;
  type?: string;
  classifier?: string;
}

const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1';

/** Copies the jars of these artifacts and of their dependencies into `job.files`. */
export async function copyDependencies(job: InstallJob, artifacts: readonly Artifact[]): Promise<void> {
  const pom = join(job.work, 'pom.xml');
  await writeFile(pom, pomFor(artifacts));
  await maven(job, ['-f', pom, `${plugin}:copy-dependencies`, `-DoutputDirectory=${job.files}`]);
}

/** Unpacks one archive artifact into `job.files`, or only the entries that match one of `includes`. */
export function unpackArtifact(job: InstallJob, artifact: Artifact, includes: readonly string[] = []): Promise<void> {
  const { group, artifact: name, version, type = 'jar', classifier } = artifact;
  const coordinates = [group, name, version, type, ...(classifier === undefined ? [] : [classifier])].join(':');
  return maven(job, [
    `${plugin}:unpack`,
    `-Dartifact=${coordinates}`,
    `-DoutputDirectory=${job.files}`,
    // With a marker from an earlier run, Maven would skip the unpacking, so markers must not outlive the files.
    `-DmarkersDirectory=${job.files}.markers`,
    ...(includes.length === 0 ? [] : [`-Dmdep.unpack.includes=${includes.join(',')}`]),
  ]);
}

/** A minimal project that depends on these artifacts. */
function pomFor(artifacts: readonly Artifact[]): string {
  const dependencies = artifacts.map(
    ({ group, artifact, version }) =>
      `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`,
  );
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>stack</artifactId><version>1</version>
  <dependencies>${dependencies.join('\n')}</dependencies>
</project>
`;
}

async function maven(job: InstallJob, args: readonly string[]): Promise<void> {
  const mvn = findTool(job.server, 'mvn');
  const options = [
    ...['--batch-mode', '--quiet', '--strict-checksums'],
    // In a separate repository, downloads can be measured, resumed and removed.
    `-Dmaven.repo.local=${join(job.work, 'maven')}`,
    // A silent connection fails after a minute instead of Maven's half hour.
    '-Dmaven.wagon.rto=60000',
    '-Daether.connector.requestTimeout=60000',
  ];
  await job.run(mvn, [...options, ...args], { JAVA_HOME: await findJava({ server: 'Maven', majorVersion: 8 }) });
}
