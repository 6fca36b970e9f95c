import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { copyDependencies } from '../install/maven.ts';
import { findJava } from '../toolchains/java.ts';
import { coordinatorsAnswer } from './kafka-coordinators.ts';
import { type Place, portOf, temporaryFolder, type Server } from './server.ts';

const version = '4.3.0';
const run = promisify(execFile);

/** Apache Kafka: one KRaft node that is broker and controller. */
export const kafka: Server = {
  name: 'kafka',
  title: `Apache Kafka ${version}`,
  release: `kafka-${version}`,
  variable: 'KAFKA_BROKERS',
  usualPorts: { client: 9092, controller: 9093 },
  installSize: { amount: 102_000_000, unit: 'bytes' },
  installDiskBytes: 110_000_000,
  runtime: () => findJava({ server: 'kafka', majorVersion: 17 }),
  install: (job) =>
    copyDependencies(job, [
      { group: 'org.apache.kafka', artifact: 'kafka_2.13', version },
      { group: 'org.apache.logging.log4j', artifact: 'log4j-slf4j-impl', version: '2.25.1' },
    ]),
  async command(place) {
    const java = join(place.runtime, 'bin/java');
    const properties = join(place.data, 'server.properties');
    const logging = join(place.data, 'log4j2.properties');
    await writeFile(properties, serverProperties(place));
    await writeFile(logging, loggingProperties);
    const classPath = join(place.installed, '*');
    if (!existsSync(join(place.data, 'log/meta.properties'))) {
      // Throws with the tool's output.
      await run(java, ['-cp', classPath, 'kafka.tools.StorageTool', 'format', '-t', clusterId(), '-c', properties]);
    }
    return {
      program: java,
      args: [
        '-Xms256m',
        `-Xmx${process.env.STACK_KAFKA_HEAP ?? '512m'}`,
        `-Djava.io.tmpdir=${temporaryFolder(place.data)}`,
        `-Dlog4j2.configurationFile=${logging}`,
        '-cp',
        classPath,
        'kafka.Kafka',
        properties,
      ],
    };
  },
  address: (ports) => `127.0.0.1:${portOf(ports, 'client')}`,
  isReady: coordinatorsAnswer,
};

function serverProperties({ data, ports }: Place): string {
  const client = portOf(ports, 'client');
  const controller = portOf(ports, 'controller');
  // The caller's listeners, such as `LOGIN://127.0.0.1:9094`, whose settings are in STACK_KAFKA_PROPERTIES.
  const more = process.env.STACK_KAFKA_LISTENERS === undefined ? '' : `,${process.env.STACK_KAFKA_LISTENERS}`;
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${client},CONTROLLER://127.0.0.1:${controller}${more}
advertised.listeners=PLAINTEXT://127.0.0.1:${client}${more}
controller.listener.names=CONTROLLER
log.dirs=${join(data, 'log')}
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
${settingsForOneMachine}${moreSettings(process.env.STACK_KAFKA_PROPERTIES)}`;
}

/** The caller's settings, `name=value`, separated by blanks. */
const moreSettings = (given = ''): string => `\n${given.trim().replaceAll(/\s+/g, '\n')}\n`;

/**
 * Kafka's defaults are for a cluster: 50 partitions for each internal topic, segments of 100 MB that are compacted only when they are
 * full, and threads for many disks and connections. By default it looks for timed-out transactions only every ten seconds, and a consumer
 * that takes over a dead one's partitions waits for that.
 */
const settingsForOneMachine = `offsets.topic.num.partitions=4
offsets.topic.segment.bytes=1048576
transaction.state.log.num.partitions=4
transaction.state.log.segment.bytes=1048576
transaction.abort.timed.out.transaction.cleanup.interval.ms=2000
share.coordinator.state.topic.num.partitions=1
log.cleaner.threads=1
num.network.threads=2
num.io.threads=4
background.threads=2
`;

const loggingProperties = `rootLogger.level=INFO
rootLogger.appenderRef.console.ref=console
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=[%d] %p %m (%c{1})%n
`;

/** A uuid in Kafka's format: 22 characters of base64url that do not start with a dash. */
function clusterId(): string {
  return `A${randomBytes(16).toString('base64url').slice(1, 22)}`;
}
