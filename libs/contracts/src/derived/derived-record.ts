import type { AvroField, AvroSchema, Stamp } from '@sluice/avro';
import type { ContractRecord } from '../contract/contract-schema.ts';
import { withConnectTypes } from './connect-types.ts';
import type { RegisteredSchema } from './registered-schema.ts';
import { mergedFields, mergedType } from './merge-types.ts';
import { normalized } from './normalized-schema.ts';

/** The fields that events of a topic without a contract have in addition to those of their schema. */
export const stamp: Stamp = { time: '@timestamp', value: 'value' };

/** The field of the event time. */
export const stampField: AvroField = {
  name: stamp.time,
  type: { type: 'long', logicalType: 'timestamp-millis' },
  doc: 'The event time.',
};

/** Events of which nothing is known yet but their time. */
export const unknownEvent: ContractRecord = { type: 'record', name: 'Event', fields: [stampField] };

/**
 * The record that the values of a schema become, as a transcoder with `stamp` writes them: the event time, then the fields of a record.
 * Of a union at the top level it has the fields of all records; a value that is not a record is the field `value`.
 *
 * @throws Error when the schema refers to a type that is not defined
 */
export function derivedRecord(found: RegisteredSchema): ContractRecord {
  const { schema, references } = withConnectTypes(found);
  const branches = Array.isArray(schema) ? (schema as readonly AvroSchema[]) : [schema];
  // Each branch on its own, so that records of a union do not become one type of other values.
  const types = branches.map((branch) => normalized(branch, [...references, ...withoutSelf(branches, branch)]));
  const records = types.flatMap((type) => (typeof type === 'object' && 'fields' in type ? [type] : []));
  const values = types.filter((type) => typeof type !== 'object' || !('fields' in type));
  const [first, ...others] = records.map(({ fields }) => fields);
  const fields = others.reduce<readonly AvroField[]>(mergedFields, first ?? []);
  const [value, ...more] = values;
  const valueFields = value === undefined ? [] : [{ name: stamp.value, type: more.reduce(mergedType, value) }];
  const doc = records.length === 1 ? records[0]?.doc : undefined;
  const all =
    records.length > 0 && valueFields.length > 0 ? mergedFields(fields, valueFields) : [...fields, ...valueFields];
  return { ...unknownEvent, ...(doc !== undefined && { doc }), fields: [stampField, ...all] };
}

const withoutSelf = (branches: readonly AvroSchema[], own: AvroSchema): readonly AvroSchema[] =>
  branches.filter((branch) => branch !== own && typeof branch !== 'string');

/** The record with the fields of both. The event time comes first, and is never null. */
export function mergedRecord(one: ContractRecord, other: ContractRecord): ContractRecord {
  const [{ fields: own }, { fields: more }] = [one, other];
  if (own.length === 1) return other;
  const doc = other.doc ?? one.doc;
  const merged = { ...one, ...(doc !== undefined && { doc }), fields: mergedFields(own, more) };
  return JSON.stringify(merged.fields) === JSON.stringify(own) ? one : merged;
}
