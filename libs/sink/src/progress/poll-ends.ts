import type { KafkaClient } from '@sluice/kafka';
import { describeError, pause, type Logger } from '@sluice/telemetry';
import type { PartitionProgress } from './partition-progress.ts';

/** How old what is known of the partitions' ends may be, while nothing is fetched. */
const everyMs = 5_000;

/**
 * Tells the partitions where they end, again and again: a partition that is paused is not fetched, and its end is not known otherwise.
 * While Kafka does not answer, the last ends stay known.
 */
export async function pollEnds(
  kafka: Pick<KafkaClient, 'readableEnds'>,
  partitions: ReadonlySet<PartitionProgress>,
  { signal, logger }: { signal: AbortSignal; logger: Logger },
): Promise<void> {
  for (; !signal.aborted; await pause(everyMs, signal)) {
    const asked = [...partitions];
    try {
      const found = await kafka.readableEnds(asked.map(({ topic, partition }) => ({ topic, partition })));
      const ends = new Map(found.map(({ topic, partition, end }) => [`${topic}-${partition}`, end]));
      for (const one of asked) {
        const end = ends.get(`${one.topic}-${one.partition}`);
        if (end !== undefined) one.ended(end, Date.now());
      }
    } catch (error) {
      logger.debug({ reason: describeError(error) }, "the partitions' ends cannot be read");
    }
  }
}
