import type { AssignedPartition, GroupHandlers } from '@sluice/kafka';
import type { EventContract } from '@sluice/contracts';
import { SharedBuffer } from '../records/shared-buffer.ts';
import { partitionWorker, type PartitionWorker, type WorkerEnvironment } from './partition-worker.ts';

/** The workers of all partitions that this process owns. */
export interface PartitionWorkers {
  readonly handlers: Pick<GroupHandlers, 'assigned' | 'fetched' | 'unreadable' | 'outOfRange'>;
  /** Rejects when a sink breaks its contract, in whatever partition. */
  readonly failed: Promise<never>;
  /** Starts no further writes. Those under way may end and be committed within the grace, and are abandoned then. */
  finish(graceMs: number): Promise<void>;
}

/** @param bufferBytes what all partitions may read ahead together */
export function partitionWorkers(
  contracts: readonly EventContract[],
  bufferBytes: number,
  shared: Omit<WorkerEnvironment, 'shareBytes' | 'buffer' | 'shutdown' | 'abandon'>,
): PartitionWorkers {
  const byTopic = new Map(contracts.map((contract) => [contract.topic, contract]));
  const workers = new Map<AssignedPartition, PartitionWorker>();
  const [shutdown, abandon] = [new AbortController(), new AbortController()];
  const failure = Promise.withResolvers<never>();
  const environment: WorkerEnvironment = {
    ...shared,
    shareBytes: () => bufferBytes / Math.max(1, workers.size),
    // Each partition has a batch in flight in addition to what it has read ahead.
    buffer: new SharedBuffer(2 * bufferBytes),
    shutdown: shutdown.signal,
    abandon: abandon.signal,
  };

  return {
    failed: failure.promise,
    handlers: {
      assigned(assigned) {
        const contract = byTopic.get(assigned.topic);
        if (contract === undefined) return;
        const predecessor = [...workers.values()].findLast(
          ({ assigned: { topic, partition } }) => topic === assigned.topic && partition === assigned.partition,
        );
        const worker = partitionWorker(assigned, contract, environment, predecessor);
        workers.set(assigned, worker);
        worker.done.catch(failure.reject).finally(() => workers.delete(assigned));
      },
      fetched: (assigned, records, nextOffset, endOffset) =>
        workers.get(assigned)?.accept(records, nextOffset, endOffset),
      unreadable: (assigned, batch) => workers.get(assigned)?.block(batch),
      outOfRange: (assigned, offset) => workers.get(assigned)?.outOfRange(offset),
    },
    async finish(graceMs) {
      shutdown.abort();
      const grace = setTimeout(() => abandon.abort(), graceMs);
      await Promise.allSettled([...workers.values()].map(({ done }) => done));
      clearTimeout(grace);
    },
  };
}
