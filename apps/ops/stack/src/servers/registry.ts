import { join } from 'node:path';
import { unpackArtifact } from '../install/maven.ts';
import { findJava } from '../toolchains/java.ts';
import { answersOk } from './http-ready.ts';
import { portOf, temporaryFolder, type Server } from './server.ts';

const version = '3.3.3';

/** The schema registry: Apicurio, which speaks Confluent's API. */
export const registry: Server = {
  name: 'registry',
  title: `Apicurio Registry ${version}`,
  release: `registry-${version}`,
  variable: 'SCHEMA_REGISTRY_URL',
  usualPorts: { http: 8081, management: 8082 },
  installSize: { amount: 335_000_000, unit: 'bytes' },
  installDiskBytes: 350_000_000,
  runtime: () => findJava({ server: 'registry', majorVersion: 21 }),
  install: (job) =>
    unpackArtifact(job, {
      group: 'io.apicurio',
      artifact: 'apicurio-registry-app',
      version,
      type: 'tar.gz',
      classifier: 'all',
    }),
  command: ({ runtime, installed, data, ports }) =>
    Promise.resolve({
      program: join(runtime, 'bin/java'),
      args: [
        '-Xms64m',
        '-Xmx256m',
        `-Djava.io.tmpdir=${temporaryFolder(data)}`,
        '-XX:+UseSerialGC',
        '-XX:TieredStopAtLevel=1',
        '-Dquarkus.http.host=127.0.0.1',
        `-Dquarkus.http.port=${portOf(ports, 'http')}`,
        '-Dquarkus.management.host=127.0.0.1',
        `-Dquarkus.management.port=${portOf(ports, 'management')}`,
        '-Dapicurio.rules.global.compatibility=BACKWARD',
        '-Dapicurio.storage.kind=sql',
        '-Dapicurio.storage.sql.kind=h2',
        `-Dapicurio.datasource.url=jdbc:h2:file:${join(data, 'registry')};DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0`,
        '-Dapicurio.datasource.jdbc.initial-size=2',
        '-Dapicurio.datasource.jdbc.min-size=2',
        '-Dapicurio.datasource.jdbc.max-size=20',
        '-jar',
        join(installed, 'quarkus-run.jar'),
      ],
    }),
  address: (ports) => `http://127.0.0.1:${portOf(ports, 'http')}/apis/ccompat/v7`,
  isReady: (address) => answersOk(`${address}/subjects`),
};
