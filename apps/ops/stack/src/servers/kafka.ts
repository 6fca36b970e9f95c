import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { copyDependencies } from '../install/maven.ts';
import { findTool } from '../toolchains/install-tools.ts';
import { findJava } from '../toolchains/java.ts';
import { coordinatorsAnswer } from '../lifecycle/kafka-coordinators.ts';
import { type Place, portOf, temporaryFolder, type Server } from './server.ts';

const version = '4.3.0';
const run = promisify(execFile);

/** The brokers by node id, of which the first runs alone too. */
const brokers = ['kafka', 'kafka-2', 'kafka-3'] as const;
type BrokerName = (typeof brokers)[number];

/** Apache Kafka: one KRaft node that is broker and controller. */
export const kafka = broker('kafka', 9092);
/** The other nodes of a cluster of three, each broker and controller. */
export const kafka2 = broker('kafka-2', 9192);
export const kafka3 = broker('kafka-3', 9292);

function broker(name: BrokerName, clientPort: number): Server {
  return {
    name,
    title: `Apache Kafka ${version}`,
    release: `kafka-${version}`,
    variable: 'KAFKA_BROKERS',
    usualPorts: { client: clientPort, controller: clientPort + 1 },
    installSize: { amount: 102_000_000, unit: 'bytes' },
    installDiskBytes: 110_000_000,
    runtime: () => findJava({ server: name, majorVersion: 17 }),
    findTools: () => findTool(name, 'mvn'),
    install: (job) =>
      copyDependencies(job, [
        { group: 'org.apache.kafka', artifact: 'kafka_2.13', version },
        { group: 'org.apache.logging.log4j', artifact: 'log4j-slf4j-impl', version: '2.25.1' },
      ]),
    async command(place) {
      const java = join(place.runtime, 'bin/java');
      const properties = join(place.data, 'server.properties');
      const logging = join(place.data, 'log4j2.properties');
      await writeFile(properties, serverProperties(name, place));
      await writeFile(logging, loggingProperties);
      const classPath = join(place.installed, '*');
      if (!existsSync(join(place.data, 'log/meta.properties'))) {
        const id = clusterId(dirname(place.data));
        // Throws with the tool's output.
        await run(java, ['-cp', classPath, 'kafka.tools.StorageTool', 'format', '-t', id, '-c', properties]);
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
}

function serverProperties(name: BrokerName, { data, ports, portsOf }: Place): string {
  const client = portOf(ports, 'client');
  const controller = portOf(ports, 'controller');
  // The caller's listeners, such as `LOGIN://127.0.0.1:9094`, whose settings are in STACK_KAFKA_PROPERTIES.
  const more = process.env.STACK_KAFKA_LISTENERS === undefined ? '' : `,${process.env.STACK_KAFKA_LISTENERS}`;
  const nodes = brokers.flatMap((node, index) => {
    const nodePorts = portsOf[node];
    return nodePorts === undefined ? [] : [{ id: index + 1, controller: portOf(nodePorts, 'controller') }];
  });
  const replicas = nodes.length;
  // With three, one may be down and every write is still on two.
  const inSync = replicas === 1 ? 1 : 2;
  return `process.roles=broker,controller
node.id=${brokers.indexOf(name) + 1}
controller.quorum.voters=${nodes.map((node) => `${node.id}@127.0.0.1:${node.controller}`).join(',')}
listeners=PLAINTEXT://127.0.0.1:${client},CONTROLLER://127.0.0.1:${controller}${more}
advertised.listeners=PLAINTEXT://127.0.0.1:${client}${more}
controller.listener.names=CONTROLLER
log.dirs=${join(data, 'log')}
default.replication.factor=${replicas}
min.insync.replicas=${inSync}
offsets.topic.replication.factor=${replicas}
transaction.state.log.replication.factor=${replicas}
transaction.state.log.min.isr=${inSync}
share.coordinator.state.topic.replication.factor=${replicas}
share.coordinator.state.topic.min.isr=${inSync}
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

/** A uuid in Kafka's format, 22 characters of base64url that do not start with a dash: the same for all brokers of a stack. */
function clusterId(stack: string): string {
  return `A${createHash('sha256').update(stack).digest().subarray(0, 16).toString('base64url').slice(1, 22)}`;
}
