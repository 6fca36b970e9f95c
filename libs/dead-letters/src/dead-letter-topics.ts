import type { KafkaClient } from '@sluice/kafka';
import { contracts, deadLetterTopic, storedObject, topicName } from '@sluice/contracts';
import { DeadLettersRefused } from './access.ts';

/**
 * The dead-letter topics of these topics; without any, those of all events.
 *
 * @param named topics or their dead-letter topics
 * @param options.announcements includes `objects.dlq`, for objects that could not be loaded, where no topics are named
 * @throws DeadLettersRefused when a named one does not exist
 */
export async function deadLetterTopics(
  kafka: KafkaClient,
  named: readonly string[] | undefined,
  { announcements = false } = {},
): Promise<string[]> {
  const existing = new Set(await kafka.topics());
  if (named === undefined)
    return [...contracts, ...(announcements ? [storedObject] : [])]
      .map((contract) => deadLetterTopic(topicName(contract)))
      .filter((topic) => existing.has(topic));
  const topics = [...new Set(named.map((name) => (name.endsWith(deadLetterTopic('')) ? name : deadLetterTopic(name))))];
  const absent = topics.find((topic) => !existing.has(topic));
  if (absent !== undefined) throw new DeadLettersRefused(`There is no topic ${absent}: it has no dead letters.`);
  return topics;
}
