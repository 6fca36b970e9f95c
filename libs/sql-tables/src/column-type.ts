import type { Place, SchemaNames, Shape } from '@sluice/avro';

/** A type of PostgreSQL, as `format_type` names it. */
export type ColumnType =
  | 'boolean'
  | 'bigint'
  | 'double precision'
  | 'numeric'
  | 'text'
  | 'bytea'
  | 'date'
  | 'time without time zone'
  | 'timestamp with time zone'
  | 'timestamp without time zone'
  | 'uuid'
  | 'jsonb';

/** The widest type of each kind: a producer may promote int to long and float to double, and no column has to change. */
const primitives: Readonly<Record<string, ColumnType>> = {
  boolean: 'boolean',
  int: 'bigint',
  long: 'bigint',
  float: 'double precision',
  double: 'double precision',
  string: 'text',
  bytes: 'bytea',
};

/**
 * By underlying and logical type. Nanoseconds stay text, as PostgreSQL has microseconds. A string that calls itself a UUID is text too:
 * Avro does not check it.
 */
const logicalTypes: Readonly<Record<string, ColumnType>> = {
  'int date': 'date',
  'int time-millis': 'time without time zone',
  'long time-micros': 'time without time zone',
  'long timestamp-millis': 'timestamp with time zone',
  'long timestamp-micros': 'timestamp with time zone',
  'long timestamp-nanos': 'text',
  'long local-timestamp-millis': 'timestamp without time zone',
  'long local-timestamp-micros': 'timestamp without time zone',
  'long local-timestamp-nanos': 'text',
  'bytes decimal': 'numeric',
  'fixed decimal': 'numeric',
  'fixed uuid': 'uuid',
  'fixed duration': 'text',
  // The text is written as the JSON that it holds.
  'string json': 'jsonb',
};

/** The type of the column for the values at a place of a schema. Records, arrays, maps and unions of several types are `jsonb`. */
export function columnType(names: SchemaNames, place: Place): ColumnType {
  const shape = names.shape(place);
  switch (shape.kind) {
    case 'primitive':
      return logicalType(shape.type, shape.logicalType) ?? primitives[shape.type] ?? 'text';
    case 'fixed':
      return logicalType('fixed', Object(shape.schema).logicalType) ?? 'bytea';
    case 'enum':
      return 'text';
    case 'union': {
      const [only, ...others] = shape.branches.filter((branch) => !isNull(names.shape(branch)));
      if (only === undefined) return 'text';
      return others.length === 0 ? columnType(names, only) : 'jsonb';
    }
    case 'array':
    case 'map':
    case 'record':
      return 'jsonb';
  }
}

const logicalType = (base: string, logical: unknown): ColumnType | undefined =>
  typeof logical === 'string' ? logicalTypes[`${base} ${logical}`] : undefined;

const isNull = (shape: Shape): boolean => shape.kind === 'primitive' && shape.type === 'null';

/** Types that a person may have given a column, and that take every value of the field's own type. */
const widerThan: Readonly<Partial<Record<ColumnType, RegExp>>> = {
  bigint: /^(numeric|double precision)$/,
  'double precision': /^numeric$/,
  numeric: /^numeric\(/,
  text: /^(character varying|citext|character\()/,
  jsonb: /^json$/,
};

/** Whether an existing column of the type `found`, as `format_type` names it, cannot take the values of a field. */
export const typeConflict = (found: string, wanted: ColumnType): boolean =>
  found !== wanted && widerThan[wanted]?.test(found) !== true;
