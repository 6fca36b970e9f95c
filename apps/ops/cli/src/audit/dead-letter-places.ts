import { readDeadLetterHeaders, type KafkaClient } from '@sluice/kafka';
import { deadLetterTopic } from '@sluice/schemas';
import { LongSet, placeLong } from './long-set.ts';

/** The places of the records of a topic that these sinks have given up: see `placeLong`. */
export async function deadLetterPlaces(
  kafka: KafkaClient,
  topic: string,
  by: readonly string[],
  signal: AbortSignal,
): Promise<LongSet> {
  const places = new LongSet();
  await kafka.read(
    deadLetterTopic(topic),
    ({ headers }) => {
      const letter = readDeadLetterHeaders(headers);
      if (letter === undefined || !by.includes(letter.by)) return;
      if (letter.topic !== topic || letter.partition === undefined || letter.offset === undefined) return;
      places.add(placeLong(letter.partition, letter.offset));
    },
    signal,
  );
  return places;
}
