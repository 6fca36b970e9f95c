import { describeError, type Logger } from '@sluice/telemetry';
import type { Consumer } from 'kafkajs';
import type { AssignedPartition } from '../../group/group-consumer.ts';
import type { Place } from '../../group/group-offset.ts';
import type { GroupOffsets } from '../../group/group-offsets.ts';
import { explained, explainError } from '../explain-error.ts';

/** A partition of one consumer, paused until it is started, and usable until `lost` is aborted. */
export function assignPartition(
  { topic, partition }: Place,
  options: { groupId: string; consumer: Consumer; offsets: GroupOffsets; lost: AbortSignal; logger: Logger },
): AssignedPartition {
  const { groupId, consumer, offsets, lost, logger } = options;
  const asked = { group: groupId, topics: [topic] };
  const at = [{ topic, partitions: [partition] }];
  /** A consumer that crashes lets go of everything some moments before kafkajs reports it, and throws until then. */
  const unlessGone = (act: () => void): void => {
    if (lost.aborted) return;
    try {
      act();
    } catch (error) {
      const reason = describeError(error);
      logger.debug({ topic, partition, reason }, 'the consumer is gone; its partitions are lost');
    }
  };
  consumer.pause(at);
  return {
    topic,
    partition,
    lost,
    start(offset) {
      unlessGone(() => {
        consumer.seek({ topic, partition, offset: String(offset) });
        consumer.resume(at);
      });
    },
    pause: () => unlessGone(() => consumer.pause(at)),
    resume: () => unlessGone(() => consumer.resume(at)),
    async committed() {
      lost.throwIfAborted();
      const offset = await explained(offsets.committed({ topic, partition }), asked);
      lost.throwIfAborted();
      return offset;
    },
    async commit(request) {
      lost.throwIfAborted();
      try {
        await offsets.commit({ topic, partition, ...request });
      } catch (error) {
        lost.throwIfAborted();
        throw explainError(error, asked);
      }
    },
  };
}
