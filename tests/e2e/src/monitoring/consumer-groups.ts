import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '@sluice/kubernetes';

const run = promisify(execFile);

/** One line of the tool. A dash is undefined. */
export interface GroupPartition {
  group: string;
  topic: string;
  partition: number;
  committed: number | undefined;
  end: number;
  lag: number | undefined;
}

/**
 * What Kafka's own `kafka-consumer-groups.sh --describe --all-groups` says. The script runs this class, which is in a library that a
 * broker does not need: it is fetched with Maven.
 *
 * @param folder for the library
 */
export async function consumerGroups(brokers: string, folder: string): Promise<GroupPartition[]> {
  const installed = globSync(join(cacheFolder, 'kafka-*')).at(-1);
  if (installed === undefined) throw new Error(`Kafka is not in ${cacheFolder}`);
  const version = installed.split('-').at(-1) ?? '';
  const library = join(folder, `kafka-tools-${version}.jar`);
  if (!existsSync(library))
    await run('mvn', [
      ...['-q', '-B', 'dependency:copy', `-Dartifact=org.apache.kafka:kafka-tools:${version}`],
      `-DoutputDirectory=${folder}`,
    ]);
  const java = process.env['JAVA_HOME'] === undefined ? 'java' : join(process.env['JAVA_HOME'], 'bin/java');
  const { stdout } = await run(java, [
    ...['-cp', `${library}:${join(installed, '*')}`, 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand'],
    ...['--bootstrap-server', brokers, '--describe', '--all-groups'],
  ]);
  return stdout.split('\n').flatMap((line) => {
    const [group, topic, partition, committed, end, lag] = line.trim().split(/\s+/);
    if (group === undefined || topic === undefined || !/^\d+$/.test(partition ?? '')) return [];
    return [
      { group, topic, partition: Number(partition), committed: count(committed), end: Number(end), lag: count(lag) },
    ];
  });
}

const count = (text = '-'): number | undefined => (text === '-' ? undefined : Number(text));
