import { deadLetterHeaders, outgoingEvent, type DeadLetter, type TopicRecord } from '@sluice/kafka';
import { deadLetterTopic, type EventContract } from '@sluice/contracts';
import type { Encoder } from '@sluice/schema-registry';
import { describeError } from '@sluice/telemetry';
import type { Publication } from './publisher.ts';
import type { SourceEvent, SourceRefusal } from '../source.ts';

/** A longer key is left out of a dead letter that keeps nothing but its reason. */
const shortKeyLength = 1_000;

/**
 * What is published for the items of a source: an event as a record; as a dead letter what the source refuses, an event that does not
 * fit its contract (as JSON), and an event that Kafka refuses (as its record). Of a dead letter that Kafka refuses too, key and reason.
 *
 * @param app the source's name, for its dead letters
 */
export function publications<T extends object>(app: string, contract: EventContract<T>, encoder: Encoder<T>) {
  const { topic } = contract;

  const deadLetter = (
    { key, value, headers = {} }: Omit<TopicRecord, 'topic'>,
    why: Pick<DeadLetter, 'reason' | 'errorClass' | 'origin'>,
  ): Publication => {
    const now = new Date();
    const envelope = deadLetterHeaders(headers, {
      ...why,
      by: app,
      topic,
      attempts: 1,
      firstSeen: now,
      deadSince: now,
    });
    const to = { topic: deadLetterTopic(topic) };
    const bare: Publication = {
      record: { ...to, key: key !== null && key.length > shortKeyLength ? null : key, value: null, headers: envelope },
    };
    return { record: { ...to, key, value, headers: envelope }, instead: () => bare };
  };

  const refused = ({ refused: { bytes, reason, errorClass = 'unreadable', origin } }: SourceRefusal): Publication =>
    deadLetter({ key: null, value: bytes }, { reason, errorClass, ...(origin !== undefined && { origin }) });

  const unfit = ({ key, value }: SourceEvent<T>, error: unknown): Publication =>
    deadLetter({ key: key ?? null, value: json(value) }, { reason: describeError(error), errorClass: 'unfit' });

  return (item: SourceEvent<T> | SourceRefusal, nowMs: number): Publication => {
    if ('refused' in item) return refused(item);
    try {
      const record = outgoingEvent(item, contract, encoder, nowMs);
      return {
        record: { ...record, topic },
        instead: ({ message, errorClass }) => deadLetter(record, { reason: message, errorClass }),
      };
    } catch (error) {
      return unfit(item, error);
    }
  };
}

const json = (event: object): Buffer =>
  Buffer.from(JSON.stringify(event, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)));
