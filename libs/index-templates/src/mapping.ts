import {
  fullName,
  namespaceOf,
  type AvroNamed,
  type AvroRecord,
  type AvroSchema,
  type FieldAnnotation,
} from '@sluice/schemas';
import { textMapping } from './text-analysis.ts';

/** One field's mapping. */
export interface Mapping {
  type?: string;
  properties?: Readonly<Record<string, Mapping>>;
  fields?: Readonly<Record<string, Mapping>>;
  index?: boolean;
  doc_values?: boolean;
  analyzer?: string;
  ignore_above?: number;
  depth_limit?: number;
  format?: string;
  enabled?: boolean;
}

/** Longer words are kept but not searchable as one: Lucene refuses terms above 32,766 bytes, and a character takes up to 4. */
const longestKeyword = 8191;
/** Within `flattened` a term is the path of names to a value, too: this leaves room for long ones. */
const longestHeldKeyword = 1024;
/** As deep as the transcoder writes a text as JSON, and not as a string. */
const deepestHeld = 100;

/** The mappings of a record's fields. */
export function recordProperties(record: AvroRecord): Record<string, Mapping> {
  return properties(record, { named: new Map(), open: [], namespace: '' });
}

/** Where in the schema the walk is. */
interface Place {
  /** The types defined so far, by full name, and the namespace around each definition. */
  readonly named: Map<string, { schema: AvroNamed; namespace: string }>;
  /** The full names of the records around this place. */
  readonly open: readonly string[];
  readonly namespace: string;
}

function properties(record: AvroRecord, place: Place): Record<string, Mapping> {
  const full = define(record, place);
  const inside = { ...place, open: [...place.open, full], namespace: namespaceOf(full) };
  return Object.fromEntries(record.fields.map(({ name, type, sluice = {} }) => [name, mapping(type, sluice, inside)]));
}

function define(schema: AvroNamed, { named, namespace }: Place): string {
  const full = fullName(schema, namespace);
  named.set(full, { schema, namespace });
  return full;
}

/** Kept in the document, whatever it holds, and not searchable. */
const notIndexed: Mapping = { type: 'object', enabled: false };

const simple: Record<string, Mapping> = {
  boolean: { type: 'boolean' },
  int: { type: 'integer' },
  long: { type: 'long' },
  float: { type: 'float' },
  double: { type: 'double' },
  bytes: { type: 'binary' },
};

/** Elasticsearch has no type for arrays: a field holds one value or several of its type. */
function mapping(schema: AvroSchema, annotation: FieldAnnotation, place: Place): Mapping {
  if (typeof schema === 'string') {
    if (schema === 'string') return text(annotation);
    return simple[schema] ?? reference(schema, annotation, place);
  }
  if (isUnion(schema)) return union(schema, annotation, place);
  if ('fields' in schema) {
    const inner = properties(schema, place);
    return annotation.nested === true ? { type: 'nested', properties: inner } : { properties: inner };
  }
  if ('symbols' in schema) {
    define(schema, place);
    return { type: 'keyword' };
  }
  if ('items' in schema) return mapping(schema.items, annotation, place);
  if ('values' in schema) {
    // For the types that are defined in there.
    mapping(schema.values, {}, place);
    return { type: 'flattened', ignore_above: longestKeyword };
  }
  const logicalType = 'logicalType' in schema ? schema.logicalType : undefined;
  if ('size' in schema) {
    define(schema, place);
    return logicalType === 'uuid' ? { type: 'keyword' } : (logical(logicalType) ?? { type: 'binary' });
  }
  if (schema.type === 'string' && logicalType === 'json') return heldJson(annotation);
  return logical(logicalType) ?? mapping(schema.type, annotation, place);
}

function reference(name: string, annotation: FieldAnnotation, place: Place): Mapping {
  const full = place.named.has(fullName({ name }, place.namespace)) ? fullName({ name }, place.namespace) : name;
  const found = place.named.get(full);
  // A type that contains itself has no finite mapping.
  if (found === undefined || place.open.includes(full)) return notIndexed;
  return mapping(found.schema, annotation, { ...place, namespace: found.namespace });
}

const isUnion = (schema: AvroSchema): schema is readonly AvroSchema[] => Array.isArray(schema);

/** A union is a type that may be absent. Branches that differ in type have no one mapping: they are kept, not searched. */
function union(branches: readonly AvroSchema[], annotation: FieldAnnotation, place: Place): Mapping {
  const [only, ...others] = branches
    .filter((branch) => branch !== 'null')
    .map((branch) => mapping(branch, annotation, place));
  return only !== undefined && others.length === 0 ? only : notIndexed;
}

function text({ search = 'keyword' }: FieldAnnotation): Mapping {
  if (search === 'none') return { type: 'keyword', index: false, doc_values: false };
  const keyword = { type: 'keyword', ignore_above: longestKeyword };
  return search === 'text' ? textMapping(keyword) : keyword;
}

/** An object of any shape: one field, so that it cannot grow the mapping. */
const heldJson = ({ search }: FieldAnnotation): Mapping =>
  search === 'none' ? notIndexed : { type: 'flattened', ignore_above: longestHeldKeyword, depth_limit: deepestHeld };

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
