import {
  fullName,
  MalformedAvro,
  namespaceOf,
  type AvroNamed,
  type AvroRecord,
  type AvroSchema,
} from '@sluice/schemas';
import { rowSchema } from './row-schema.ts';

/** Where in Kafka a row comes from: the first field of every row. */
const kafkaPlace: AvroRecord = {
  type: 'record',
  name: 'KafkaPlace',
  namespace: 'sluice',
  doc: 'Where in Kafka the record is.',
  fields: [
    { name: 'topic', type: 'string' },
    { name: 'partition', type: 'int' },
    { name: 'offset', type: 'long' },
  ],
};

/**
 * The schema of a container's rows: the writer's record with `_kafka` put in front, and all that it refers to defined in it. Field names
 * are those of `rowNames`.
 *
 * @param references named types that the schema refers to without defining them
 * @throws MalformedAvro when the schema is not a record
 */
export function containerSchema(schema: AvroSchema, references: readonly AvroSchema[] = []): AvroRecord {
  if (typeof schema !== 'object' || !('fields' in schema))
    throw new MalformedAvro('the schema is not a record, so its values cannot be rows');
  const whole = rowSchema(
    references.length === 0 ? schema : (inlined(schema, '', namesOf(references), new Set()) as AvroRecord),
  );
  return { ...whole, fields: [{ name: '_kafka', type: kafkaPlace }, ...whole.fields] };
}

const namedKinds: readonly unknown[] = ['record', 'error', 'enum', 'fixed'];
const isNamed = (schema: object): schema is AvroNamed => 'type' in schema && namedKinds.includes(schema.type);
const isUnion = (schema: AvroSchema): schema is readonly AvroSchema[] => Array.isArray(schema);

/** The types that other schemas define, by their full names, however deep they lie. */
function namesOf(references: readonly AvroSchema[]): Map<string, AvroNamed> {
  const names = new Map<string, AvroNamed>();
  const collect = (schema: AvroSchema, namespace: string): void => {
    if (typeof schema === 'string') return;
    if (isUnion(schema)) return schema.forEach((branch) => collect(branch, namespace));
    const full = isNamed(schema) ? fullName(schema, namespace) : undefined;
    // Its own namespace goes with it, as it may be defined anywhere.
    if (full !== undefined && isNamed(schema)) names.set(full, { ...schema, namespace: namespaceOf(full) });
    for (const inner of innerOf(schema)) collect(inner, full === undefined ? namespace : namespaceOf(full));
  };
  for (const reference of references) collect(reference, '');
  return names;
}

function innerOf(schema: Exclude<AvroSchema, string | readonly AvroSchema[]>): readonly AvroSchema[] {
  if ('fields' in schema) return schema.fields.map(({ type }) => type);
  if ('items' in schema) return [schema.items];
  if ('values' in schema) return [schema.values];
  return typeof schema.type === 'string' ? [] : [schema.type];
}

/** The schema with each name that only `names` has defined at its first use, and every name in full. */
function inlined(
  schema: AvroSchema,
  namespace: string,
  names: ReadonlyMap<string, AvroNamed>,
  defined: Set<string>,
): AvroSchema {
  const within = (inner: AvroSchema, inside = namespace) => inlined(inner, inside, names, defined);
  if (typeof schema === 'string') {
    const inNamespace = fullName({ name: schema }, namespace);
    const full = defined.has(inNamespace) || names.has(inNamespace) ? inNamespace : schema;
    const named = names.get(full);
    return named === undefined || defined.has(full) ? full : within(named, '');
  }
  if (isUnion(schema)) return schema.map((branch) => within(branch));
  if (isNamed(schema)) {
    const full = fullName(schema, namespace);
    // A type that several schemas define is defined once in the whole.
    if (defined.has(full)) return full;
    defined.add(full);
    if (!('fields' in schema)) return schema;
    const inside = namespaceOf(full);
    return { ...schema, fields: schema.fields.map((field) => ({ ...field, type: within(field.type, inside) })) };
  }
  if ('items' in schema) return { ...schema, items: within(schema.items) };
  if ('values' in schema) return { ...schema, values: within(schema.values) };
  return { ...schema, type: within(schema.type) };
}
