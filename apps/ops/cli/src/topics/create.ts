import { createTopic } from '@sluice/operations';
import { kafkaSettings } from '@sluice/kafka';
import { withOperations } from '../clients/with-operations.ts';
import { commandConfig } from '../settings.ts';
import { counted, jsonLine, printLines } from '../terminal/output.ts';

/** Creates a topic. @throws OperationRefused with the broker's reason */
export async function createTopicNow(options: {
  topic: string;
  partitions: number | undefined;
  replicas: number | undefined;
  settings: Readonly<Record<string, string>>;
  json: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}): Promise<void> {
  const { topic, settings, json, environment, signal } = options;
  const config = commandConfig(kafkaSettings, environment);
  const partitions = options.partitions ?? config.KAFKA_TOPIC_PARTITIONS;
  const replicas = options.replicas ?? config.KAFKA_TOPIC_REPLICATION;
  await withOperations(environment, signal, (access) => createTopic(access, { topic, partitions, replicas, settings }));
  if (json) process.stdout.write(jsonLine({ topic, partitions, settings }));
  else printLines([`Created the topic ${topic} with ${counted(partitions, 'partition')}.`]);
}
