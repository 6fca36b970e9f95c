import type { Sink } from '../contract/sink.ts';
import type { DeliveredPartition, Delivery } from '../partition/delivery.ts';
import { writeAll } from './write-all.ts';

/**
 * ```
 * ( take ▶ resolve schemas ▶ write until delivered or rejected ▶ commit )*
 * ```
 *
 * Writes are sequential (G7); the offset moves only over records that are delivered or dead-lettered (G1, G2).
 */
export const writeBatches =
  (sink: Sink): Delivery =>
  async (partition) => {
    while (await deliverBatch(sink, partition));
  };

/**
 * Delivers the next batch. A separate function, so that nothing of a batch stays in memory while the next one is awaited.
 *
 * @returns false if the partition is to stop
 */
async function deliverBatch(sink: Sink, partition: DeliveredPartition): Promise<boolean> {
  const chunk = await partition.queue.take(partition.stop);
  if (chunk === undefined) return false;
  if (chunk.records.length === 0) {
    await partition.commit({ nextOffset: chunk.nextOffset, delivered: 0, rejected: [], outputs: [] });
    return true;
  }
  const firstSeen = new Date();
  const { records, rejected } = await partition.resolveSchemas(chunk.records, firstSeen);
  const result = await writeAll(sink, records, partition, firstSeen);
  await partition.commit({
    nextOffset: chunk.nextOffset,
    delivered: result.delivered.length,
    newestMs: result.delivered.at(-1)?.timestampMs,
    rejected: [...rejected, ...result.rejected],
    outputs: result.outputs,
  });
  return true;
}
