import type { EachBatchPayload } from 'kafkajs';
import type { AssignedPartition, GroupHandlers } from '../../group/group-consumer.ts';
import { fetchedBatch } from './fetched-batch.ts';

/** Hands over what a fetch brought of a partition. The next fetch waits for the promise. */
export async function handOver(
  { batch, resolveOffset, isStale }: EachBatchPayload,
  partition: AssignedPartition | undefined,
  handlers: GroupHandlers,
): Promise<void> {
  // Stale is what was fetched before a seek and comes only now.
  if (partition === undefined || batch.messages.length === 0 || isStale()) return;
  const { records, nextOffset, unreadable, isOutOfRange } = fetchedBatch(batch);
  if (unreadable !== undefined) {
    partition.pause();
    return handlers.unreadable(partition, unreadable);
  }
  if (isOutOfRange === true) {
    partition.pause();
    return handlers.outOfRange(partition, nextOffset);
  }
  const held = handlers.fetched(partition, records, nextOffset, BigInt(batch.highWatermark));
  resolveOffset(String(nextOffset - 1n));
  await held;
}
