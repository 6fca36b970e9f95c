import type { SentRecord } from './fastavro.ts';
import type { ForeignCase, SeenRecord } from './foreign-case.ts';

/** A value without the fields that are undefined. */
const defined = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** What the producer wrote. */
export const sentValue = ({ event, name, value = {} }: ForeignCase): SentRecord =>
  defined({ ...event.value, [event.id]: name, ...value }) as SentRecord;

/** What an Avro file must hold: the value that was sent, under the names of rows. */
export const storedValue = (one: ForeignCase): SentRecord =>
  defined({ ...sentValue(one), ...one.stored }) as SentRecord;

/** What is read back of all fields of the contract that a case leaves as they are. */
function usual(one: ForeignCase): SeenRecord {
  const { event, name } = one;
  return { ...(event.value as SeenRecord), [event.id]: name, ...event.seen };
}

export const expectedDocument = (one: ForeignCase): SeenRecord => ({ ...usual(one), ...one.document });

export const expectedLine = (one: ForeignCase): SeenRecord => ({
  ...usual(one),
  ...one.event.line,
  ...(one.line ?? one.document),
});

/** What the table has that is loaded from JSON lines: columns of whatever the producer wrote. */
export const expectedRow = (one: ForeignCase): SeenRecord => ({ ...expectedLine(one), ...one.column });

/** What the table has that is loaded from Avro files: columns of whatever the producer wrote. */
export const expectedAvroRow = (one: ForeignCase): SeenRecord => ({
  ...expectedLine(one),
  ...one.event.avroColumn,
  ...one.avroColumn,
});
