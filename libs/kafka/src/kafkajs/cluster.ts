// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="./untyped-modules.d.ts" />
import type { Kafka } from 'kafkajs';
import type { Cluster } from 'kafkajs/src/cluster/index.js';

export type { Broker, Cluster, TransactionalOffsets } from 'kafkajs/src/cluster/index.js';

/** The types of coordinators, as Kafka numbers them: https://kafka.apache.org/protocol#The_Messages_FindCoordinator */
export const [groupCoordinator, transactionCoordinator] = [0, 1] as const;

/** What a ListOffsets request calls the end: the last stable offset (1), or the high watermark (0). */
export type IsolationLevel = 0 | 1;

/** What `kafka.producer()` makes its connections with; no public method of kafkajs gives it out. */
export function newCluster(kafka: Kafka, isolationLevel?: IsolationLevel): Cluster {
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  const create = symbol && (Reflect.get(kafka, symbol) as ((options: object) => Cluster) | undefined);
  if (create === undefined) throw new Error('kafkajs has changed: it makes clusters in another way');
  return create({ metadataMaxAge: 300_000, allowAutoTopicCreation: false, isolationLevel });
}

/** Whether the brokers of a connected cluster speak a version of a request. */
export const speaks = ({ brokerPool }: Cluster, apiKey: number, version: number): boolean =>
  (brokerPool.versions?.[apiKey]?.maxVersion ?? -1) >= version;
