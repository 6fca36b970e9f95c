import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyDependencies } from '../install/maven.ts';
import { findTool } from '../toolchains/install-tools.ts';
import { findJava } from '../toolchains/java.ts';
import { answersOk } from './http-ready.ts';
import { portOf, temporaryFolder, type Server } from './server.ts';

const version = '1.6.14';

/** A server that speaks the protocol of SQS: ElasticMQ, with any keys. Its queues and messages outlive it. Started only if named. */
export const sqs: Server = {
  name: 'sqs',
  title: `ElasticMQ ${version}`,
  release: `elasticmq-${version}`,
  variable: 'AWS_ENDPOINT_URL_SQS',
  usualPorts: { http: 9324 },
  installSize: { amount: 40_000_000, unit: 'bytes' },
  installDiskBytes: 100_000_000,
  runtime: () => findJava({ server: 'sqs', majorVersion: 17 }),
  findTools: () => findTool('sqs', 'mvn'),
  install: (job) => copyDependencies(job, [{ group: 'org.elasticmq', artifact: 'elasticmq-server_2.13', version }]),
  async command({ runtime, installed, data, ports }) {
    const file = join(data, 'elasticmq.conf');
    await writeFile(file, configuration(data, portOf(ports, 'http')));
    return {
      program: join(runtime, 'bin/java'),
      args: [
        ...['-Xmx256m', '-XX:+UseSerialGC', `-Djava.io.tmpdir=${temporaryFolder(data)}`],
        ...[`-Dconfig.file=${file}`, '-cp', join(installed, '*'), 'org.elasticmq.server.Main'],
      ],
    };
  },
  address: (ports) => `http://127.0.0.1:${portOf(ports, 'http')}`,
  isReady: (address) => answersOk(`${address}/?Action=ListQueues`),
};

const configuration = (data: string, port: number) => `include classpath("application.conf")
node-address { protocol = http, host = 127.0.0.1, port = ${port}, context-path = "" }
rest-sqs { enabled = true, bind-hostname = "127.0.0.1", bind-port = ${port}, sqs-limits = strict }
rest-stats { enabled = false }
aws { region = us-east-1, accountId = 000000000000 }
messages-storage { enabled = true, uri = "jdbc:h2:${join(data, 'messages')}" }
queues-storage { enabled = true, path = "${join(data, 'queues.conf')}" }
`;
