import { TopicRefused } from '../../admin/kafka-admin.ts';
import { isRetriable } from '../../retries/causes.ts';
import { brief, retryWhileRetriable } from '../../retries/retry-while-retriable.ts';
import type { Broker, Cluster } from '../cluster.ts';
import { explainError } from '../explain-error.ts';
import type { LazyCluster } from '../lazy-cluster.ts';
import { addPartitionsRequest, changeSettingsRequest, createTopicRequest } from '../requests/topic-changes.ts';

/** See `KafkaAdmin.createTopic`. */
export async function createTopic(
  clusters: LazyCluster,
  topic: string,
  options: { partitions: number; replicas: number; settings: Readonly<Record<string, string>> },
): Promise<void> {
  await withController(clusters, topic, (controller) => createTopicRequest(controller, topic, options));
}

/** See `KafkaAdmin.changeSettings`. */
export async function changeSettings(
  clusters: LazyCluster,
  topic: string,
  changes: Readonly<Record<string, string | undefined>>,
  validateOnly: boolean,
): Promise<void> {
  await withController(clusters, topic, (broker) => changeSettingsRequest(broker, topic, changes, validateOnly));
}

/** See `KafkaAdmin.addPartitions`. */
export async function addPartitions(
  clusters: LazyCluster,
  topic: string,
  total: number,
  validateOnly: boolean,
): Promise<void> {
  await withController(clusters, topic, (controller) => addPartitionsRequest(controller, topic, total, validateOnly));
}

/** Asks the controller, again where it has changed. What it refuses is a `TopicRefused`. */
async function withController(
  clusters: LazyCluster,
  topic: string,
  ask: (controller: Broker) => Promise<void>,
): Promise<void> {
  const cluster = await clusters.get();
  try {
    await retryWhileRetriable({ ...brief, beforeRetry: () => cluster.refreshMetadata() }, () => askOnce(cluster, ask));
  } catch (error) {
    if (isRetriable(error) || !(error instanceof Error) || !('type' in error)) throw error;
    // The broker's sentence fits what was asked; explanations are about the topics that apps create. Only of rights it says nothing.
    const explained = /AUTHORIZATION/.test(String(error.type)) ? explainError(error, { topics: [topic] }) : error;
    throw new TopicRefused(explained instanceof Error ? explained.message : error.message);
  }
}

async function askOnce(cluster: Cluster, ask: (controller: Broker) => Promise<void>): Promise<void> {
  await ask(await cluster.findControllerBroker());
}
