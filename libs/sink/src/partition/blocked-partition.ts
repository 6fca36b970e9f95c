import type { AssignedPartition, UnreadableBatchAt } from '@sluice/kafka';
import { backoffMs, coded, describeError, pause, type Health, type Logger } from '@sluice/telemetry';
import type { SinkMetrics } from '../sink-metrics.ts';

/** Why a partition is blocked until a person decides, or until the cause is gone. */
interface Blockage {
  /** The kind, for metrics. */
  kind: 'unreadable-batch' | 'truncated-log';
  /** Where the partition waits. */
  offset: bigint;
  /** What is wrong: part of a sentence, without contents of records. */
  reason: string;
  /** What a person can do about it, as a sentence. */
  remedy: string;
}

export function unreadableBatch(
  { offset, reason }: UnreadableBatchAt,
  { topic, partition, groupId }: { topic: string; partition: number; groupId: string },
): Blockage {
  const place = `--topic ${topic} --partition ${partition} --offset ${offset} --group ${groupId}`;
  return {
    kind: 'unreadable-batch',
    offset,
    reason: `the batch there cannot be read: ${reason}`,
    remedy: `Restore the batch from a replica, or skip it with: sluice skip ${place} --by <you> --reason <why>`,
  };
}

/** Reports that a partition is blocked: in `/ready`, in a metric, and once in the log. Other partitions are not concerned. */
export interface BlockedPartition {
  /** May be called again and again while the blockage lasts: only what is new is logged. */
  block(blockage: Blockage): void;
  /** The partition continues. */
  clear(): void;
}

const longestRetryMs = 30_000;

/**
 * @param options.committed the group's committed offset, which a person may have moved on
 * @param options.stop ends the tries
 */
export function blockedPartition(options: {
  assigned: AssignedPartition;
  health: Health;
  logger: Logger;
  metrics: SinkMetrics;
  committed: () => Promise<bigint | undefined>;
  stop: AbortSignal;
}): BlockedPartition {
  const { assigned, health, logger, metrics, committed, stop } = options;
  const { topic, partition } = assigned;
  const part = `${topic}-${partition}`;
  let current: Blockage | undefined;
  let tries = 0;

  const show = (blockage: Blockage | undefined) => {
    if (current !== undefined) metrics.blocked.remove({ topic, partition: String(partition), reason: current.kind });
    current = blockage;
    if (blockage === undefined) return health.ready(part);
    metrics.blocked.set({ topic, partition: String(partition), reason: blockage.kind }, 1);
    health.notReady(part, `waits at offset ${blockage.offset}: ${blockage.reason}. ${blockage.remedy}`);
  };

  /** The cause may be gone: a replica was repaired, or a person has moved the group's offset past it. */
  const tryAgain = async ({ offset }: Blockage): Promise<void> => {
    await pause(500 + backoffMs(++tries, longestRetryMs), stop);
    if (stop.aborted) return;
    const now = await committed().catch((error: unknown) => {
      logger.debug({ reason: describeError(error) }, 'the committed offset cannot be read');
      return undefined;
    });
    if (stop.aborted) return;
    const isPassed = now !== undefined && now > offset;
    if (isPassed) clear();
    assigned.start(isPassed ? now : offset);
  };

  const clear = () => {
    if (current === undefined) return;
    if (!stop.aborted) logger.info({ topic, partition }, 'the partition is no longer blocked');
    show(undefined);
  };

  return {
    clear,
    block(blockage) {
      const isNew = current?.offset !== blockage.offset || current.reason !== blockage.reason;
      if (isNew) {
        const { kind, offset, reason, remedy } = blockage;
        const at = { topic, partition, offset: String(offset) };
        logger.error({ ...at, kind, reason, remedy, ...coded('partition-blocked') }, 'the partition is blocked');
        tries = 0;
      }
      show(blockage);
      // What a log has lost does not come back: only a new assignment, from another offset, helps.
      if (blockage.kind !== 'truncated-log') void tryAgain(blockage);
    },
  };
}
