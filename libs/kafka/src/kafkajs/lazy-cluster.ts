import type { Kafka } from 'kafkajs';
import { newCluster, type Cluster, type IsolationLevel } from './cluster.ts';

/** A cluster that is connected when it is needed. */
export interface LazyCluster {
  get(): Promise<Cluster>;
  /** Disconnects it; the next `get` connects again. */
  close(): Promise<void>;
}

/** For what kafkajs's public methods cannot ask. */
export function lazyCluster(kafka: Kafka, isolationLevel?: IsolationLevel): LazyCluster {
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
      const closing = connected;
      connected = undefined;
      await closing?.then((cluster) => cluster.disconnect()).catch(() => {});
    },
  };
  async function connect(): Promise<Cluster> {
    const cluster = newCluster(kafka, isolationLevel);
    await cluster.connect();
    return cluster;
  }
}
