import { fullName, namespaceOf, type AvroNamed, type AvroRecord, type AvroSchema } from '../schema/avro-schema.ts';

/**
 * A record's schema that defines all it refers to, as the header of a container file needs it: each type at its first use, every name in
 * full.
 *
 * @param references named types that the schema refers to without defining them
 */
export function selfContained(schema: AvroRecord, references: readonly AvroSchema[] = []): AvroRecord {
  if (references.length === 0) return schema;
  return inlinedRecord(schema, '', { types: typesOf(references), defined: new Set() });
}

interface Inlining {
  /** The types that other schemas define, by their full names. */
  readonly types: ReadonlyMap<string, AvroNamed>;
  /** The full names that have been defined so far. */
  readonly defined: Set<string>;
}

const namedKinds: readonly unknown[] = ['record', 'error', 'enum', 'fixed'];
const isNamed = (schema: object): schema is AvroNamed => 'type' in schema && namedKinds.includes(schema.type);
const isUnion = (schema: AvroSchema): schema is readonly AvroSchema[] => Array.isArray(schema);

function typesOf(references: readonly AvroSchema[]): Map<string, AvroNamed> {
  const types = new Map<string, AvroNamed>();
  const collect = (schema: AvroSchema, namespace: string): void => {
    if (typeof schema === 'string') return;
    if (isUnion(schema)) return schema.forEach((branch) => collect(branch, namespace));
    const full = isNamed(schema) ? fullName(schema, namespace) : undefined;
    // It takes its namespace along, because it may be defined anywhere.
    if (full !== undefined && isNamed(schema)) types.set(full, { ...schema, namespace: namespaceOf(full) });
    for (const inner of innerOf(schema)) collect(inner, full === undefined ? namespace : namespaceOf(full));
  };
  for (const reference of references) collect(reference, '');
  return types;
}

function innerOf(schema: Exclude<AvroSchema, string | readonly AvroSchema[]>): readonly AvroSchema[] {
  if ('fields' in schema) return schema.fields.map(({ type }) => type);
  if ('items' in schema) return [schema.items];
  if ('values' in schema) return [schema.values];
  return typeof schema.type === 'string' ? [] : [schema.type];
}

function inlined(schema: AvroSchema, namespace: string, inlining: Inlining): AvroSchema {
  const { types, defined } = inlining;
  const within = (inner: AvroSchema) => inlined(inner, namespace, inlining);
  if (typeof schema === 'string') {
    const inNamespace = fullName({ name: schema }, namespace);
    const full = defined.has(inNamespace) || types.has(inNamespace) ? inNamespace : schema;
    const type = types.get(full);
    return type === undefined || defined.has(full) ? full : inlined(type, '', inlining);
  }
  if (isUnion(schema)) return schema.map(within);
  if (isNamed(schema)) {
    const full = fullName(schema, namespace);
    // A type that several schemas define is defined once in the whole.
    if (defined.has(full)) return full;
    if ('fields' in schema) return inlinedRecord(schema, namespace, inlining);
    defined.add(full);
    return schema;
  }
  if ('items' in schema) return { ...schema, items: within(schema.items) };
  if ('values' in schema) return { ...schema, values: within(schema.values) };
  return { ...schema, type: within(schema.type) };
}

function inlinedRecord(schema: AvroRecord, namespace: string, inlining: Inlining): AvroRecord {
  const full = fullName(schema, namespace);
  inlining.defined.add(full);
  const inside = namespaceOf(full);
  return {
    ...schema,
    fields: schema.fields.map((field) => ({ ...field, type: inlined(field.type, inside, inlining) })),
  };
}
