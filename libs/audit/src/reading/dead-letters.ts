import { readDeadLetterHeaders, unreadableBatchClass, type KafkaClient, type PartitionRange } from '@sluice/kafka';
import { deadLetterTopic } from '@sluice/contracts';
import { LongSet, placeLong } from '../ledger/long-set.ts';

/** What the dead letters say of a topic. */
export interface TopicDeadLetters {
  /** The places of the records that the sinks have given up: see `placeLong`. */
  places: LongSet;
  /** The batches that `sluice skip` has moved the group past. */
  skipped: readonly PartitionRange[];
}

/** @param by the sinks, by project name */
export async function topicDeadLetters(
  kafka: KafkaClient,
  topic: string,
  { by, group }: { by: readonly string[]; group: string },
  signal: AbortSignal,
): Promise<TopicDeadLetters> {
  const places = new LongSet();
  const skipped: PartitionRange[] = [];
  await kafka.read(
    deadLetterTopic(topic),
    ({ headers }) => {
      const deadLetter = readDeadLetterHeaders(headers);
      if (deadLetter?.topic !== topic || deadLetter.partition === undefined || deadLetter.offset === undefined) return;
      const { partition, offset: from, nextOffset: to } = deadLetter;
      if (deadLetter.errorClass === unreadableBatchClass) {
        if (deadLetter.by === group && to !== undefined) skipped.push({ partition, from, to });
      } else if (by.includes(deadLetter.by)) places.add(placeLong(partition, from));
    },
    signal,
  );
  return { places, skipped };
}
