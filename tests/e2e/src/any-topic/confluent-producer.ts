import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type { AvroSchema } from '@sluice/avro';
import type { LaunchedStack } from '@sluice/testkit';
import type { Sent } from '../foreign/fastavro.ts';

const version = '2.16.1';

/** What is produced to one topic under one schema. */
export interface ProducedTopic {
  topic: string;
  schema: AvroSchema;
  /** What the registry's subject is named after; the topic unless given. */
  strategy?: 'topic' | 'record' | 'topic and record';
  references?: readonly { name: string; subject: string; schema: AvroSchema }[];
  records: readonly {
    key?: string;
    value: Sent;
    timestamp: number;
    /** What must be read back; else what the schema says of the value. */
    expected?: Readonly<Record<string, unknown>>;
  }[];
}

export interface ConfluentProducer {
  /** Creates the topics, registers the schemas, and produces. @returns how many records Kafka has acknowledged */
  produce(topics: readonly ProducedTopic[], partitions: number): Promise<number>;
}

/**
 * Installs Confluent's Python client into a folder. Its Python is that of the stand-in for BigQuery, which every stack has.
 *
 * @throws Error with the last line of what pip says
 */
export async function confluentProducer(stack: LaunchedStack, folder: string): Promise<ConfluentProducer> {
  const pid = stack.servers.find(({ name }) => name === 'bigquery')?.pid;
  if (pid === undefined) throw new Error('a BigQuery that is not ours has no Python to produce with');
  const [base = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  const home = join(folder, 'python');
  const python = join(home, 'bin/python');
  const run = promisify(execFile);
  await run(base, ['-m', 'venv', home]);
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-input'];
  await run(python, ['-m', 'pip', 'install', ...quiet, `confluent-kafka[avro,schemaregistry]==${version}`]);
  return {
    async produce(topics, partitions) {
      const { KAFKA_BROKERS: brokers, SCHEMA_REGISTRY_URL: registry } = stack.environment;
      const child = spawn(python, [join(import.meta.dirname, 'confluent_producer.py')], {
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
      });
      child.stdin.end(JSON.stringify({ brokers, registry, partitions, topics }));
      const [answer, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
      if (answer === '') throw new Error(`confluent-kafka could not produce: ${errors.trim().split('\n').at(-1)}`);
      return (JSON.parse(answer) as { produced: number }).produced;
    },
  };
}
