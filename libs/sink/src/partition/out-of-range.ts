import type { AssignedPartition, PartitionEnds } from '@sluice/kafka';
import { backoffMs, coded, describeError, pause, type Logger } from '@sluice/telemetry';
import type { BlockedPartition } from './blocked-partition.ts';
import type { SinkMetrics } from '../sink-metrics.ts';

/** A log that seems to end early is checked again: after a change of leader its end may be unknown for a moment. */
const secondLookMs = 2_000;

/**
 * Decides where to continue a partition whose log does not have its position.
 *
 * - The log begins later: Kafka has removed records before they were read. That is a loss: it is logged and counted, and the partition
 *   continues at the log's first record.
 * - The log ends earlier: it was cut short, or the topic was created again. The partition is blocked: continuing at the beginning would
 *   deliver records twice, and waiting until the log has grown past the position would lose the records up to there.
 */
export async function goOnInRange(
  position: bigint,
  options: {
    assigned: AssignedPartition;
    /** The ends of the partition now. */
    ends: () => Promise<PartitionEnds | undefined>;
    groupId: string;
    logger: Logger;
    metrics: SinkMetrics;
    blocked: BlockedPartition;
    stop: AbortSignal;
  },
): Promise<void> {
  const { assigned, ends, groupId, logger, metrics, blocked, stop } = options;
  const { topic, partition } = assigned;
  for (let tries = 1, hasLookedTwice = false; !stop.aborted; tries++) {
    const found = await ends().catch((error: unknown) => {
      logger.warn({ topic, partition, reason: describeError(error) }, "the partition's ends cannot be read");
      return undefined;
    });
    if (stop.aborted) return;
    if (found === undefined) await pause(backoffMs(tries), stop);
    else if (found.first > position) {
      const lost = found.first - position;
      metrics.lost.inc({ topic }, Number(lost));
      logger.error(
        {
          topic,
          partition,
          from: String(position),
          to: String(found.first),
          offsets: String(lost),
          ...coded('records-expired'),
        },
        'Kafka has removed records before they were delivered: they are lost. Keep records longer (retention.ms, retention.bytes of the topic), or add sinks',
      );
      return assigned.start(found.first);
    } else if (found.end >= position) return assigned.start(position);
    else if (hasLookedTwice)
      return blocked.block({
        kind: 'truncated-log',
        offset: position,
        reason: `the log of ${topic}-${partition} ends at offset ${found.end}, before the offset where the group is`,
        remedy: `Find out what cut the log short. To deliver what the topic holds now, stop all sinks of the group and move its offset: kafka-consumer-groups --group ${groupId} --topic ${topic}:${partition} --reset-offsets --to-earliest --execute`,
      });
    else {
      hasLookedTwice = true;
      await pause(secondLookMs, stop);
    }
  }
}
