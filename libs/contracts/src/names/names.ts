import type { EventContract } from '../contract/event-contract.ts';
import { indexSuffix } from './index-suffix.ts';

/** The Kafka topic of an event. */
export const topicName = (contract: EventContract): string => contract.topic;

/** The topic for records that a destination refuses. */
export const deadLetterTopic = (topic: string): string => `${topic}.dlq`;
export const isDeadLetterTopic = (topic: string): boolean => topic.endsWith('.dlq');

/** The registry's subject of a topic's values. */
export const subjectName = (topic: string): string => `${topic}-value`;

/** The index for events of a time: `<topic>-<suffix>`, or `<topic>-all` without rotation. */
export function indexName(contract: EventContract): (timeMs: number) => string {
  const suffix = indexSuffix(contract.rotation, contract.timeZone);
  if (contract.rotation === 'none') {
    // An index cannot have the name of its alias.
    const only = `${contract.topic}-all`;
    return () => only;
  }
  return (timeMs) => `${contract.topic}-${suffix(timeMs)}`;
}

/** The alias for searching all indices of an event. */
export const aliasName = (contract: EventContract): string => contract.topic;

/** The index template of an event, and the pattern of the indices it applies to. */
export const templateName = (contract: EventContract): string => contract.topic;
export const indexPattern = (contract: EventContract): string => `${contract.topic}-*`;

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
