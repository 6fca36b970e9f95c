import type { Rotation } from '../names/index-suffix.ts';

/** A field that holds the event time. */
export interface TimeField {
  /** The names of the fields that lead to it. */
  readonly path: readonly string[];
  /** What a number counts since 1970, where the schema does not say it. */
  readonly unit: 'seconds' | 'milliseconds' | 'microseconds' | 'nanoseconds';
}

/** What a schema does not say about the events of a topic without a contract. */
export interface TopicRules {
  /** How values are written: with the registry's prefix and by a schema that it has, or as JSON text. */
  readonly format: 'registry' | 'json';
  /** Whether an event is identified by its place in Kafka, or by its record's key. */
  readonly id: 'position' | 'key';
  /** The field with the event time; without one it is the record's timestamp. */
  readonly time: TimeField | undefined;
  /** What becomes of a record without a value, which says that a key is gone. */
  readonly tombstones: 'dead-letter' | 'skip';
  readonly rotation: Rotation;
  readonly timeZone: string;
}

/** An index of a month is neither too small for a quiet topic nor too large for a busy one. */
export const defaultRules: TopicRules = {
  format: 'registry',
  id: 'position',
  time: undefined,
  tombstones: 'dead-letter',
  rotation: 'month',
  timeZone: 'UTC',
};
