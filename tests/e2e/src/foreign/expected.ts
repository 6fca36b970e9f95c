import type { SentRecord } from './fastavro.ts';
import { contractSchema, type ForeignCase, type SeenRecord } from './foreign-case.ts';

/** A value without the fields that are undefined. */
const defined = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** What the producer wrote. */
export const sentValue = ({ event, name, value = {} }: ForeignCase): SentRecord =>
  defined({ ...event.value, [event.id]: name, ...value }) as SentRecord;

/** What an Avro file must hold: the value that was sent, under the names of rows. */
export const storedValue = (one: ForeignCase): SentRecord =>
  defined({ ...sentValue(one), ...one.stored }) as SentRecord;

const contractNames = ({ event }: ForeignCase) => new Set(contractSchema(event).fields.map(({ name }) => name));

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

/** What the table has that is loaded from JSON lines: columns of the contract only. */
export function expectedRow(one: ForeignCase): SeenRecord {
  const names = contractNames(one);
  const fields = { ...usual(one), ...one.event.line, ...(one.column ?? one.line ?? one.document) };
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.has(name)));
}

/** What the table has that is loaded from Avro files: columns of whatever the producer wrote. */
export const expectedAvroRow = (one: ForeignCase): SeenRecord => ({
  ...expectedLine(one),
  ...one.event.avroColumn,
  ...one.avroColumn,
});
