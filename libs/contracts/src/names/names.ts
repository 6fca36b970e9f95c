import type { EventContract } from '../contract/event-contract.ts';
import { indexSuffix } from './index-suffix.ts';

/** The Kafka topic of an event. */
export const topicName = (contract: EventContract): string => contract.topic;

/** The topic for records that a destination refuses. */
export const deadLetterTopic = (topic: string): string => `${topic}.dlq`;
export const isDeadLetterTopic = (topic: string): boolean => topic.endsWith('.dlq');

/** The registry's subject of a topic's values. */
export const subjectName = (topic: string): string => `${topic}-value`;

/**
 * What the names of a topic's indices begin with. Of contracts it is the topic; of other topics it is in lower case, and a beginning
 * that Elasticsearch refuses is replaced.
 */
export const indexBase = ({ topic }: Pick<EventContract, 'topic'>): string =>
  topic.toLowerCase().replace(/^[_.-]+/, 'topic-');

/** The index for events of a time: `<topic>-<suffix>`, or `<topic>-all` without rotation. */
export function indexName(contract: EventContract): (timeMs: number) => string {
  const suffix = indexSuffix(contract.rotation, contract.timeZone);
  if (contract.rotation === 'none') {
    // An index cannot have the name of its alias.
    const only = `${indexBase(contract)}-all`;
    return () => only;
  }
  const base = indexBase(contract);
  return (timeMs) => `${base}-${suffix(timeMs)}`;
}

/** The alias for searching all indices of an event. */
export const aliasName = (contract: EventContract): string => indexBase(contract);

/** The index template of an event, and the pattern of the indices it applies to. */
export const templateName = (contract: EventContract): string => indexBase(contract);
export const indexPattern = (contract: EventContract): string => `${indexBase(contract)}-*`;

const anySuffix = /^(all|\d{4}-\d{2}-\d{2}-\d{2}|\d{8}|\d{4}-w\d{2}|\d{4}-\d{2})$/;

/** Whether an index is one of an event's: `orders-*` also matches the indices of a topic `orders-eu`. */
export const isIndexOf = (contract: Pick<EventContract, 'topic'>, index: string): boolean => {
  const base = indexBase(contract);
  return index.startsWith(`${base}-`) && anySuffix.test(index.slice(base.length + 1));
};

/**
 * The object that begins with a record: `<topic>/<date folder>/<partition>/<first offset, 20 digits>.<format>`. The date folder is
 * the day in UTC, `date=2026-03-05`, and below it the hour, `hour=09`, for events whose index rotates by the hour.
 *
 * Derived from the first record only, so that a replay that cuts batches elsewhere claims the same name.
 */
export function objectName(
  contract: EventContract,
  partition: number,
  first: { offset: bigint; timeMs: number },
  format: string,
): string {
  const [date = '', clock = ''] = new Date(first.timeMs).toISOString().split('T');
  const folder = contract.rotation === 'hour' ? `date=${date}/hour=${clock.slice(0, 2)}` : `date=${date}`;
  return `${contract.topic}/${folder}/${partition}/${String(first.offset).padStart(20, '0')}.${format}`;
}

/** The BigQuery table of an event. */
export const tableName = (contract: EventContract, dataset: string): string =>
  `${dataset}.${contract.topic.replaceAll(/[-.]/g, '_')}`;
