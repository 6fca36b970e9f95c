import type { Kafka } from 'kafkajs';
import { newCluster, type Cluster } from './cluster.ts';

/** A cluster for what kafkajs's public methods cannot ask. */
export interface LazyCluster {
  /** Connects it when it is needed. */
  get(): Promise<Cluster>;
  close(): Promise<void>;
}

export function lazyCluster(kafka: Kafka): LazyCluster {
  let connected: Promise<Cluster> | undefined;
  return {
    get(): Promise<Cluster> {
      connected ??= connect().catch((error: unknown) => {
        connected = undefined;
        throw error;
      });
      return connected;
    },
    async close(): Promise<void> {
      await connected?.then((cluster) => cluster.disconnect()).catch(() => {});
    },
  };
  async function connect(): Promise<Cluster> {
    const cluster = newCluster(kafka);
    await cluster.connect();
    return cluster;
  }
}
