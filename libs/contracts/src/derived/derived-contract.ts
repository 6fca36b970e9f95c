import type { EventContract } from '../contract/event-contract.ts';
import { derivedRecord, mergedRecord, stamp, unknownEvent } from './derived-record.ts';
import type { RegisteredSchema } from './registered-schema.ts';
import { defaultRules, type TopicRules } from './topic-rules.ts';

/**
 * The contract of a topic that has none, from the schemas that are registered for it. A field that only some of them have may be null; one
 * with several types has one that takes all: see `mergedType`.
 */
export function derivedContract(
  topic: string,
  schemas: readonly RegisteredSchema[],
  rules: TopicRules = defaultRules,
): EventContract {
  const schema = schemas.map(derivedRecord).reduce(mergedRecord, unknownEvent);
  const { rotation, timeZone, time } = rules;
  return Object.freeze({
    ...{ name: topic, topic, schema, key: [], id: [], time: stamp.time },
    // A record that is published again has another timestamp.
    arrival: time === undefined ? stamp.time : undefined,
    ...{ rotation, timeZone, refused: 'rescue', internal: false, derived: rules },
  });
}
