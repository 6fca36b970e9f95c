// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="../untyped-modules.d.ts" />
import kafkajs, { type Kafka, type Producer } from 'kafkajs';
import createProducer from 'kafkajs/src/producer/index.js';
import { newCluster, type Cluster } from './cluster.ts';

/** Opens transactional producers over the same connections. */
export interface SharedProducers {
  /** One that is not connected yet. Its `disconnect` leaves the connections to the others. */
  transactional(transactionalId: string): Producer;
  /** Ends the connections of all. */
  disconnect(): Promise<void>;
}

const transactionTimeoutMs = 60_000;

/**
 * A producer for each partition, but not connections for each. kafkajs opens connections to every broker for every producer: with 1,000
 * partitions file descriptors run out.
 */
export function sharedProducers(kafka: Kafka): SharedProducers {
  let shared: Cluster | undefined;
  return {
    transactional(transactionalId) {
      // Each producer has one request at a time on its way by itself.
      shared ??= newCluster(kafka);
      const cluster = shared;
      return createProducer({
        // A proxy, because kafkajs keeps state in the cluster itself.
        cluster: new Proxy(cluster, {
          get(target, name) {
            if (name === 'disconnect') return async () => {};
            const value: unknown = Reflect.get(target, name, target);
            return typeof value === 'function' ? (value.bind(target) as unknown) : value;
          },
        }),
        logger: kafka.logger(),
        transactionalId,
        idempotent: true,
        transactionTimeout: transactionTimeoutMs,
        createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
        // Back-to-back transactions meet CONCURRENT_TRANSACTIONS for a moment; kafkajs's usual 300 ms would be most of their time.
        retry: { retries: 8, initialRetryTime: 10, maxRetryTime: 1_000 },
      });
    },
    async disconnect() {
      await shared?.disconnect();
      shared = undefined;
    },
  };
}
