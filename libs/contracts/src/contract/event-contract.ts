import { fullName } from '@sluice/avro';
import type { ContractField, ContractRecord, ContractSchema } from './contract-schema.ts';
import type { TopicRules } from '../derived/topic-rules.ts';
import { isTimeZone, rotations, type Rotation } from '../names/index-suffix.ts';

/** One part of an event id: a field, or a time truncated to a unit. */
export type IdPart = string | { field: string; unit: 'second' };

/** A record's `sluice` annotation: see `EventContract`. */
interface RecordAnnotation {
  topic: string;
  key: readonly string[];
  id: readonly IdPart[];
  time: string;
  arrival: string;
  rotation: Rotation;
  timeZone: string;
  refused: RefusedPolicy;
  internal: boolean;
}

/**
 * What becomes of an event that a destination refuses because of some of its values. `rescue`: the destination gets these values as text,
 * aside, and everything else as usual. `dead-letter`: the event goes to the dead letters.
 */
export type RefusedPolicy = 'rescue' | 'dead-letter';
const refusedPolicies: readonly string[] = ['rescue', 'dead-letter'] satisfies RefusedPolicy[];

/** An event's contract: its Avro schema, and what its annotation says. */
export interface EventContract<T = unknown> {
  /** The record's full name, such as `sluice.Tweet`. */
  readonly name: string;
  /** A plural noun. */
  readonly topic: string;
  readonly schema: ContractRecord;
  /** The fields that are the record's key: events with one key stay in order. */
  readonly key: readonly string[];
  /** The fields that identify an event; empty if only its place in Kafka does. */
  readonly id: readonly IdPart[];
  /** The field that holds the event time, a timestamp-millis. */
  readonly time: string;
  /** The field with the time of receipt, if there is one. It differs where the same event arrives twice. */
  readonly arrival: string | undefined;
  readonly rotation: Rotation;
  /** The zone whose calendar decides the date suffixes of indices. */
  readonly timeZone: string;
  readonly refused: RefusedPolicy;
  /** Published by Sluice for Sluice: delivered only by a sink that is made for it. */
  readonly internal: boolean;
  /** Only in the contract of a topic that has none of ours: how its events are identified and dated. See `derivedContract`. */
  readonly derived?: TopicRules;
  /** Never set; carries the event's type. */
  readonly event?: T;
}

/**
 * Reads a contract from its annotated Avro schema. Generated code calls it, so its errors are for the author of the schema.
 *
 * @throws Error that names the record and the mistake in its annotation
 */
export function eventContract<T>(schema: ContractRecord): EventContract<T> {
  const name = fullName(schema, '');
  const fail = (problem: string): never => {
    throw new Error(`${name}: ${problem}`);
  };
  const annotation = schema.sluice as Partial<RecordAnnotation> | undefined;
  if (annotation === undefined) return fail('has no "sluice" annotation');
  if (hasPrototypeField(schema)) return fail('has a field __proto__, which is not an ordinary property in JavaScript');
  const { topic, key = [], id = [], time, arrival, rotation = 'none', timeZone = 'UTC' } = annotation;
  const { refused = 'rescue', internal = false } = annotation;
  const fields = new Map(schema.fields.map((field) => [field.name, field]));
  const known = (field: string): ContractField =>
    fields.get(field) ?? fail(`has no field ${JSON.stringify(field)}, which its annotation names`);
  const open = new Set(schema.fields.filter(({ sluice, type }) => sluice?.open === true && isOpenEnded(type)));
  const misplaced = openField(schema, open);
  if (misplaced !== undefined)
    return fail(
      `says "open" of ${JSON.stringify(misplaced)}, and can only of a map or JSON that is one of its own fields`,
    );
  if (topic === undefined || !/^[a-z0-9]+([.-][a-z0-9]+)*$/.test(topic))
    return fail('needs a "topic", lower case words joined by -');
  if (time === undefined) return fail('needs a "time" field');
  if (!isTimestamp(known(time))) return fail(`needs a timestamp-millis in ${JSON.stringify(time)}, its time field`);
  if (arrival !== undefined && !isTimestamp(known(arrival)))
    return fail(`needs a timestamp-millis in ${JSON.stringify(arrival)}, its arrival field`);
  for (const part of [...key, ...id]) {
    const field = known(typeof part === 'string' ? part : part.field);
    if (typeof part === 'string') continue;
    if (part.unit !== 'second') return fail(`cuts a time down to a second, not to ${JSON.stringify(part.unit)}`);
    if (!isTimestamp(field))
      return fail(`needs a timestamp-millis in ${JSON.stringify(part.field)} to cut it to a second`);
  }
  if (!rotations.includes(rotation)) return fail(`rotates by ${rotations.join(', ')}, not ${JSON.stringify(rotation)}`);
  if (!isTimeZone(timeZone)) return fail(`has the unknown time zone ${JSON.stringify(timeZone)}`);
  if (!refusedPolicies.includes(refused))
    return fail(`has "refused": ${JSON.stringify(refused)}, which is none of ${refusedPolicies.join(', ')}`);
  return Object.freeze({ name, topic, schema, key, id, time, arrival, rotation, timeZone, refused, internal });
}

/** Whether the names in a field's values come from the events: a map, or text that is JSON. */
function isOpenEnded(type: ContractSchema): boolean {
  if (typeof type === 'string') return false;
  if ('find' in type) return type.some(isOpenEnded);
  return 'values' in type || ('logicalType' in type && type.logicalType === 'json');
}

/** The name of a field, at any depth, that is said to be open and is none of these. */
function openField(schema: unknown, known: ReadonlySet<unknown>): string | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined;
  const { name, sluice } = schema as Partial<ContractField>;
  if (sluice?.open === true && !known.has(schema)) return String(name);
  for (const inner of Object.values(schema)) {
    const found = openField(inner, known);
    if (found !== undefined) return found;
  }
  return undefined;
}

const isTimestamp = ({ type }: ContractField): boolean =>
  typeof type === 'object' && 'logicalType' in type && type.logicalType === 'timestamp-millis';

/** Whether any record of a schema has a field `__proto__`. */
function hasPrototypeField(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  if ('fields' in schema && Array.isArray(schema.fields) && schema.fields.some(({ name }) => name === '__proto__'))
    return true;
  return Object.values(schema).some(hasPrototypeField);
}
