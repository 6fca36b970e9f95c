import { fullName, namespaceOf } from '@sluice/avro';
import {
  documentNames,
  type ContractNamed,
  type ContractRecord,
  type ContractSchema,
  type FieldAnnotation,
  type RefusedPolicy,
} from '@sluice/contracts';
import type { Mapping } from './field-mapping.ts';
import { textMapping } from './text-analysis.ts';

/** Longer words are kept but not searchable: Lucene refuses terms above 32,766 bytes, and a character takes up to 4. */
const longestKeyword = 8191;
/** A value that the type cannot hold is kept and not searched. Without this, Elasticsearch refuses the whole document. */
const ignoreMalformed = { ignore_malformed: true };
/** In a `flattened` field a term includes the path to the value; this leaves room for long paths. */
const longestHeldKeyword = 1024;
/** The transcoder's limit. */
const deepestHeld = 100;

/** Values with arbitrary names: one field, so that they cannot grow the mapping. */
const flattened = (longest: number): Mapping => ({
  type: 'flattened',
  ignore_above: longest,
  depth_limit: deepestHeld,
});

/**
 * The mappings of a record's fields.
 *
 * @param refused with `rescue`, values that a contract's own types never have are kept and not searched too: an index may also get those of
 *   another contract
 */
export function recordProperties(record: ContractRecord, refused: RefusedPolicy): Record<string, Mapping> {
  const scalars = refused === 'rescue' ? rescuing : simple;
  return properties(record, { named: new Map(), open: [], namespace: '', scalars });
}

/** A place in the schema. */
interface Place {
  /** The types defined so far, by full name, and the namespace around each definition. */
  readonly named: Map<string, { schema: ContractNamed; namespace: string }>;
  /** The full names of the records around this place. */
  readonly open: readonly string[];
  readonly namespace: string;
  /** The mappings of primitive types. */
  readonly scalars: Readonly<Record<string, Mapping>>;
}

function properties(record: ContractRecord, place: Place): Record<string, Mapping> {
  const full = define(record, place);
  const inside = { ...place, open: [...place.open, full], namespace: namespaceOf(full) };
  const names = documentNames(
    record.fields.map(({ name }) => name),
    place.open.length === 0,
  );
  return Object.fromEntries(
    record.fields.map(({ name, type, sluice = {} }) => {
      const own = mapping(type, sluice, inside);
      return [names.get(name) ?? name, sluice.open === true ? openPart : own];
    }),
  );
}

function define(schema: ContractNamed, { named, namespace }: Place): string {
  const full = fullName(schema, namespace);
  named.set(full, { schema, namespace });
  return full;
}

/** Names become fields, by the rules of `openTemplates`. */
const openPart: Mapping = { type: 'object', dynamic: true };

/** How the names of an open part become fields, one for each, whatever the cluster's own rules are. */
export const openTemplates = (part: string): readonly Readonly<Record<string, DynamicTemplate>>[] =>
  [
    ['string', { type: 'keyword', ignore_above: longestHeldKeyword }] as const,
    // A whole number says nothing of those that follow under its name.
    ['long', { type: 'double', ...ignoreMalformed }] as const,
    ['double', { type: 'double', ...ignoreMalformed }] as const,
  ].map(([type, own]) => ({
    [`${part} ${type}`]: { path_match: `${part}.*`, match_mapping_type: type, mapping: own },
  }));

export interface DynamicTemplate {
  readonly path_match: string;
  readonly match_mapping_type: string;
  readonly mapping: Mapping;
}

/** What is beyond an index's fields, found as words. */
export const beyondFields: Mapping = flattened(longestHeldKeyword);

/** Kept in the document, and not searchable. */
const notIndexed: Mapping = { type: 'object', enabled: false };

const simple: Readonly<Record<string, Mapping>> = {
  boolean: { type: 'boolean' },
  int: { type: 'integer' },
  long: { type: 'long' },
  // NaN and the infinities are written as text.
  float: { type: 'float', ...ignoreMalformed },
  double: { type: 'double', ...ignoreMalformed },
  bytes: { type: 'binary' },
};

const rescuing: Readonly<Record<string, Mapping>> = {
  ...simple,
  boolean: { type: 'boolean', ...ignoreMalformed },
  int: { type: 'integer', ...ignoreMalformed },
  long: { type: 'long', ...ignoreMalformed },
};

/** Elasticsearch has no array type: a field holds any number of values of its type. */
function mapping(schema: ContractSchema, annotation: FieldAnnotation, place: Place): Mapping {
  if (typeof schema === 'string') {
    if (schema === 'string') return text(annotation);
    return place.scalars[schema] ?? reference(schema, annotation, place);
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
    // Called for the types that are defined in it.
    mapping(schema.values, {}, place);
    return flattened(longestKeyword);
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

const isUnion = (schema: ContractSchema): schema is readonly ContractSchema[] => Array.isArray(schema);

/** A union with null is its other branch. Branches of several types have no common mapping: they are kept, not searched. */
function union(branches: readonly ContractSchema[], annotation: FieldAnnotation, place: Place): Mapping {
  const [only, ...others] = branches
    .filter((branch) => branch !== 'null')
    .map((branch) => mapping(branch, annotation, place));
  return only !== undefined && others.length === 0 ? only : notIndexed;
}

function text({ search = 'keyword', copies }: FieldAnnotation): Mapping {
  if (search === 'none') return { type: 'keyword', index: false, doc_values: false };
  const keyword = { type: 'keyword', ignore_above: longestKeyword };
  return search === 'text' ? textMapping(keyword, copies) : keyword;
}

/** An object of any shape. */
const heldJson = ({ search }: FieldAnnotation): Mapping =>
  search === 'none' ? notIndexed : flattened(longestHeldKeyword);

/** The JSON forms are the transcoder's: see `compileTranscoder`. */
function logical(logicalType: string | undefined): Mapping | undefined {
  switch (logicalType) {
    case 'timestamp-millis':
    case 'local-timestamp-millis':
      // Times outside the years 0001 to 9999 are numbers.
      return { type: 'date', format: 'strict_date_optional_time||epoch_millis', ...ignoreMalformed };
    case 'date':
      return { type: 'date', format: 'strict_date_optional_time', ...ignoreMalformed };
    case 'timestamp-micros':
    case 'timestamp-nanos':
    case 'local-timestamp-micros':
    case 'local-timestamp-nanos':
      return { type: 'date_nanos', format: 'strict_date_optional_time_nanos', ...ignoreMalformed };
    case 'decimal':
      return { type: 'double', ...ignoreMalformed };
    case 'time-millis':
    case 'time-micros':
    case 'duration':
      return { type: 'keyword' };
    default:
      return undefined;
  }
}
