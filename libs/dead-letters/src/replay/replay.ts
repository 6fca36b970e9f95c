import { randomUUID } from 'node:crypto';
import { deadLetterTopics } from '../dead-letter-topics.ts';
import { replayMarksTopic, replayMarksTopicSettings } from './replay-marks.ts';
import type { ReplayOptions, TopicReplay } from './replay-once.ts';
import { replayTopic } from './replay-topic.ts';

/**
 * Publishes dead letters to their topics again, each once, however often it is interrupted and called again.
 *
 * @param options.topics topics or their dead-letter topics; those of all events unless given
 * @param options.limit the most dead letters that are replayed, over all topics
 * @returns the outcome for each topic
 * @throws DeadLettersRefused when a topic does not exist, another run takes over, or Kafka does not answer
 */
export async function replay(
  options: Omit<ReplayOptions, 'topic' | 'run'> & { topics: readonly string[] | undefined },
): Promise<TopicReplay[]> {
  const { access, dryRun, limit } = options;
  const { kafka, signal } = access;
  const run = randomUUID();
  const topics = await deadLetterTopics(kafka, options.topics);
  if (!dryRun && topics.length > 0)
    await kafka.ensureTopics([replayMarksTopic], { signal, settings: replayMarksTopicSettings });
  const results: TopicReplay[] = [];
  let left = limit;
  for (const topic of topics) {
    const result = await replayTopic({ ...options, topic, run, limit: left });
    results.push(result);
    left -= result.replayed;
  }
  return results;
}
