import type { KafkaClient } from '@sluice/kafka';
import { contracts, deadLetterTopic, storedObject, topicName } from '@sluice/contracts';
import { UserError } from '../user-error.ts';

/**
 * The topics of dead letters of these topics, which may be called by either name; without any, those of all events.
 *
 * @param options.announcements whether those of objects that were announced, and could not be loaded, count among all
 * @throws UserError when one that is named does not exist
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
  if (absent !== undefined) throw new UserError(`There is no topic ${absent}: nothing of it has become a dead letter.`);
  return topics;
}
