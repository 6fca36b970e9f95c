import { contracts, deadLetterTopic, storedObject, topicName, type EventContract } from '@sluice/contracts';

export type TopicKind = 'events' | 'dead letters' | 'cursor' | 'bookkeeping' | 'kafka' | 'other';

/** The contract of a topic's events, or of the events that its dead letters were. */
export const contractOf = (topic: string): EventContract | undefined =>
  [...contracts, storedObject].find((contract) =>
    [topicName(contract), deadLetterTopic(topicName(contract))].includes(topic),
  );

const replayMarks = 'dead-letters.replayed';

/** What a topic is for, by its name. */
export function topicKind(topic: string): TopicKind {
  if (topic.startsWith('__')) return 'kafka';
  if (topic.startsWith('cursors.')) return 'cursor';
  if (topic === topicName(storedObject) || topic === replayMarks) return 'bookkeeping';
  if (topic.endsWith(deadLetterTopic(''))) return 'dead letters';
  return contractOf(topic) === undefined ? 'other' : 'events';
}
