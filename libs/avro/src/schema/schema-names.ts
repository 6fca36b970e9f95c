import {
  fullName,
  namespaceOf,
  type AvroArray,
  type AvroEnum,
  type AvroFixed,
  type AvroMap,
  type AvroNamed,
  type AvroRecord,
  type AvroSchema,
} from './avro-schema.ts';

/** A place in a schema: names in it are looked up in its namespace. */
export interface Place {
  schema: AvroSchema;
  namespace: string;
}

/** The type at a place, with names resolved and nested types unfolded. `full` is a named type's full name. */
export type Shape =
  | { kind: 'primitive'; type: string; logicalType?: unknown; precision?: unknown; scale?: unknown }
  | { kind: 'union'; branches: readonly Place[] }
  | { kind: 'array'; items: Place }
  | { kind: 'map'; values: Place }
  | { kind: 'record'; schema: AvroRecord; full: string; namespace: string }
  | { kind: 'enum'; schema: AvroEnum; full: string }
  | { kind: 'fixed'; schema: AvroFixed; full: string };

const primitives = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'string', 'bytes']);

/** The named types of some schemas; resolves the type at a place. */
export class SchemaNames {
  readonly #named = new Map<string, AvroNamed>();

  /** @throws Error when two different types have one name */
  constructor(schemas: readonly AvroSchema[]) {
    for (const schema of schemas) this.#collect(schema, '');
  }

  /** @throws Error for a name that is not defined */
  shape({ schema, namespace }: Place): Shape {
    if (typeof schema === 'string') {
      if (primitives.has(schema)) return { kind: 'primitive', type: schema };
      const full = this.#named.has(fullName({ name: schema }, namespace))
        ? fullName({ name: schema }, namespace)
        : schema;
      const named = this.#named.get(full);
      if (named === undefined)
        throw new Error(`the schema refers to ${JSON.stringify(schema)}, which it does not define`);
      return shapeOfNamed(named, full);
    }
    if (isUnion(schema)) return { kind: 'union', branches: schema.map((branch) => ({ schema: branch, namespace })) };
    if (isNamed(schema)) return shapeOfNamed(schema, fullName(schema, namespace));
    if (schema.type === 'array') return { kind: 'array', items: { schema: (schema as AvroArray).items, namespace } };
    if (schema.type === 'map') return { kind: 'map', values: { schema: (schema as AvroMap).values, namespace } };
    const inner = this.shape({ schema: schema.type, namespace });
    return inner.kind === 'primitive' ? { ...schema, ...inner } : inner;
  }

  /** Whether all values at a place take no bytes: nulls, fixed of size 0, and records of nothing else. */
  isEmpty(place: Place, seen = new Set<string>()): boolean {
    const shape = this.shape(place);
    if (shape.kind === 'primitive') return shape.type === 'null';
    if (shape.kind === 'fixed') return shape.schema.size === 0;
    if (shape.kind !== 'record') return false;
    // Its other fields decide about a record that contains itself.
    if (seen.has(shape.full)) return true;
    seen.add(shape.full);
    return shape.schema.fields.every(({ type }) => this.isEmpty({ schema: type, namespace: shape.namespace }, seen));
  }

  #collect(schema: AvroSchema, namespace: string): void {
    if (typeof schema === 'string') return;
    if (isUnion(schema)) {
      for (const branch of schema) this.#collect(branch, namespace);
    } else if (isNamed(schema)) {
      const full = fullName(schema, namespace);
      const known = this.#named.get(full);
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema))
        throw new Error(`the type ${full} is defined in two ways`);
      this.#named.set(full, schema);
      if ('fields' in schema) for (const { type } of schema.fields) this.#collect(type, namespaceOf(full));
    } else if (schema.type === 'array') this.#collect((schema as AvroArray).items, namespace);
    else if (schema.type === 'map') this.#collect((schema as AvroMap).values, namespace);
    else this.#collect(schema.type, namespace);
  }
}

const isUnion = (schema: AvroSchema): schema is readonly AvroSchema[] => Array.isArray(schema);

const namedKinds: readonly unknown[] = ['record', 'error', 'enum', 'fixed'];
const isNamed = (schema: Exclude<AvroSchema, string | readonly AvroSchema[]>): schema is AvroNamed =>
  namedKinds.includes(schema.type);

function shapeOfNamed(schema: AvroNamed, full: string): Shape {
  if (schema.type === 'enum') return { kind: 'enum', schema, full };
  if (schema.type === 'fixed') return { kind: 'fixed', schema, full };
  return { kind: 'record', schema, full, namespace: namespaceOf(full) };
}
