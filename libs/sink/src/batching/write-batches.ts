import type { Delivery } from '../partition/partition-worker.ts';
import type { Sink } from '../contract/sink.ts';
import { writeAll } from './write-all.ts';

/**
 * ```
 * ( take ▶ read ▶ write until committed ▶ commit )*
 * ```
 *
 * Writes are sequential (G7); the offset moves only over records that are delivered or dead-lettered (G1, G2).
 */
export const writeBatches =
  (sink: Sink): Delivery =>
  async ({ contract, partition, queue, logger, metrics, stop, abort, onDestination, read, commit }) => {
    /** A function of its own, so that nothing of a batch stays in memory while the next is waited for. */
    const deliverNext = async (): Promise<boolean> => {
      const chunk = await queue.take(stop);
      if (chunk === undefined) return false;
      const firstSeen = new Date();
      const { records, rejected } = await read(chunk.records, firstSeen);
      const outcome = await writeAll(records, {
        ...{ sink, contract, partition, signal: abort, logger, metrics, onDestination, firstSeen },
      });
      const { delivered, outputs } = outcome;
      await commit({
        nextOffset: chunk.nextOffset,
        delivered: delivered.length,
        newestMs: delivered.at(-1)?.timestampMs,
        rejected: [...rejected, ...outcome.rejected],
        outputs,
      });
      return true;
    };
    while (await deliverNext());
  };
