import type { AvroField, AvroRecord, AvroSchema, FieldAnnotation } from '@sluice/schemas';

/** One field's mapping. */
export interface Mapping {
  type?: string;
  properties?: Readonly<Record<string, Mapping>>;
  fields?: Readonly<Record<string, Mapping>>;
  index?: boolean;
  doc_values?: boolean;
  ignore_above?: number;
  format?: string;
  enabled?: boolean;
}

/** Longer words are kept but not searchable as one: Lucene refuses terms above 32,766 bytes, and a character takes up to 4. */
const longestKeyword = 8191;

/** The mappings of a record's fields. */
export function recordProperties(record: AvroRecord): Record<string, Mapping> {
  return Object.fromEntries(record.fields.map((field) => [field.name, fieldMapping(field, new Map())]));
}

type Names = Map<string, AvroSchema>;

function fieldMapping({ type, sluice = {} }: AvroField, names: Names): Mapping {
  return mapping(type, sluice, names);
}

const simple: Record<string, Mapping> = {
  boolean: { type: 'boolean' },
  int: { type: 'integer' },
  long: { type: 'long' },
  float: { type: 'float' },
  double: { type: 'double' },
  bytes: { type: 'binary' },
};

/** Elasticsearch has no type for arrays: a field holds one value or several of its type. */
function mapping(schema: AvroSchema, annotation: FieldAnnotation, names: Names): Mapping {
  if (typeof schema === 'string') {
    if (schema === 'string') return text(annotation);
    const named = names.get(schema.slice(schema.lastIndexOf('.') + 1));
    // A type that contains itself has no finite mapping.
    if (named === undefined && !(schema in simple)) return { type: 'object', enabled: false };
    return simple[schema] ?? mapping(named as AvroSchema, annotation, names);
  }
  if (isUnion(schema)) return union(schema, annotation, names);
  if ('fields' in schema) {
    const inner = new Map(names);
    const properties = Object.fromEntries(schema.fields.map((field) => [field.name, fieldMapping(field, inner)]));
    names.set(schema.name, schema);
    return annotation.nested === true ? { type: 'nested', properties } : { properties };
  }
  if ('symbols' in schema) return { type: 'keyword' };
  if ('items' in schema) return mapping(schema.items, annotation, names);
  if ('values' in schema) return { type: 'flattened', ignore_above: longestKeyword };
  const logicalType = 'logicalType' in schema ? schema.logicalType : undefined;
  if ('size' in schema)
    return logicalType === 'uuid' ? { type: 'keyword' } : (logical(logicalType) ?? { type: 'binary' });
  return logical(logicalType) ?? mapping(schema.type, annotation, names);
}

const isUnion = (schema: AvroSchema): schema is readonly AvroSchema[] => Array.isArray(schema);

/** A union is a type that may be absent. Branches that differ in type have no one mapping: they are kept, not searched. */
function union(branches: readonly AvroSchema[], annotation: FieldAnnotation, names: Names): Mapping {
  const present = branches.filter((branch) => branch !== 'null');
  const [only] = present;
  return only !== undefined && present.length === 1
    ? mapping(only, annotation, names)
    : { type: 'object', enabled: false };
}

function text({ search = 'keyword' }: FieldAnnotation): Mapping {
  if (search === 'none') return { type: 'keyword', index: false, doc_values: false };
  const keyword = { type: 'keyword', ignore_above: longestKeyword };
  return search === 'text' ? { type: 'text', fields: { keyword } } : keyword;
}

/** The JSON forms are the transcoder's: see `compileTranscoder`. */
function logical(logicalType: string | undefined): Mapping | undefined {
  switch (logicalType) {
    case 'timestamp-millis':
    case 'local-timestamp-millis':
    case 'date':
      return { type: 'date', format: 'strict_date_optional_time||epoch_millis' };
    case 'timestamp-micros':
    case 'timestamp-nanos':
    case 'local-timestamp-micros':
    case 'local-timestamp-nanos':
      return { type: 'date_nanos', format: 'strict_date_optional_time_nanos||epoch_millis' };
    case 'decimal':
      return { type: 'double' };
    case 'time-millis':
    case 'time-micros':
    case 'duration':
      return { type: 'keyword' };
    default:
      return undefined;
  }
}
