import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unpackArtifact } from '../install/maven.ts';
import { findTool } from '../toolchains/install-tools.ts';
import { findJava } from '../toolchains/java.ts';
import { UserError } from '../user-error.ts';
import { answersOk } from './http-ready.ts';
import { coordinatorsAnswer } from '../lifecycle/kafka-coordinators.ts';
import { portOf, temporaryFolder, type Place, type Server } from './server.ts';

const version = '3.3.3';

/** The schema registry: Apicurio, which speaks Confluent's API. */
export const registry = member('registry', 8081);
/** The other member of a cluster of registries. */
export const registry2 = member('registry-2', 8181);

function member(name: 'registry' | 'registry-2', httpPort: number): Server {
  return {
    name,
    title: `Apicurio Registry ${version}`,
    release: `registry-${version}`,
    variable: 'SCHEMA_REGISTRY_URL',
    usualPorts: { http: httpPort, management: httpPort + 1 },
    installSize: { amount: 335_000_000, unit: 'bytes' },
    installDiskBytes: 350_000_000,
    runtime: () => findJava({ server: name, majorVersion: 21 }),
    findTools: () => findTool(name, 'mvn'),
    install: (job) =>
      unpackArtifact(job, {
        group: 'io.apicurio',
        artifact: 'apicurio-registry-app',
        version,
        type: 'tar.gz',
        classifier: 'all',
      }),
    async command(place) {
      const { runtime, installed, data, ports } = place;
      return {
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
          ...(await storage(place)),
          '-Dapicurio.datasource.jdbc.initial-size=2',
          '-Dapicurio.datasource.jdbc.min-size=2',
          '-Dapicurio.datasource.jdbc.max-size=20',
          '-jar',
          join(installed, 'quarkus-run.jar'),
        ],
      };
    },
    address: (ports) => `http://127.0.0.1:${portOf(ports, 'http')}/apis/ccompat/v7`,
    isReady: (address) => answersOk(`${address}/subjects`),
  };
}

/** One registry keeps its schemas in a file. Several share them through a topic, which each reads into a database in its memory. */
async function storage({ data, portsOf, environment }: Place): Promise<string[]> {
  if (portsOf['registry-2'] === undefined)
    return [
      '-Dapicurio.storage.kind=sql',
      '-Dapicurio.storage.sql.kind=h2',
      `-Dapicurio.datasource.url=jdbc:h2:file:${join(data, 'registry')};DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0`,
    ];
  const kafka = environment.KAFKA_BROKERS;
  if (kafka === undefined) throw new UserError('two registries need Kafka: start it too, or set KAFKA_BROKERS.');
  await untilCoordinatorsAnswer(kafka.split(',')[0] ?? '');
  return [
    '-Dapicurio.storage.kind=kafkasql',
    '-Dapicurio.storage.sql.kind=h2',
    `-Dapicurio.kafkasql.bootstrap.servers=${kafka}`,
    `-Dapicurio.storage.snapshot.location=${data}`,
  ];
}

const kafkaPatienceMs = 600_000;

/** A registry ends where Kafka is not ready. */
async function untilCoordinatorsAnswer(broker: string): Promise<void> {
  const deadline = performance.now() + kafkaPatienceMs;
  while (!(await coordinatorsAnswer(broker))) {
    if (performance.now() > deadline) throw new Error(`Kafka at ${broker} is not ready`);
    await sleep(200);
  }
}
