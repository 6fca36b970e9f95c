import { logicalOf, SchemaNames, type Logical, type Place, type Shape } from '@sluice/avro';
import type { EventContract } from '../contract/event-contract.ts';

/** A contract in the Open Data Contract Standard, version 3.1: https://bitol-io.github.io/open-data-contract-standard/v3.1.0/ */
export interface DataContract {
  readonly apiVersion: 'v3.1.0';
  readonly kind: 'DataContract';
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly status: 'active';
  readonly description?: { readonly purpose: string };
  readonly schema: readonly [DataObject];
}

interface DataObject {
  readonly name: string;
  readonly physicalName: string;
  readonly physicalType: 'topic';
  readonly logicalType: 'object';
  readonly description?: string;
  readonly properties: readonly DataProperty[];
}

interface DataProperty extends DataType {
  readonly name: string;
  readonly description?: string;
  readonly required: boolean;
  /** From 1, for the fields that identify an event. */
  readonly primaryKey?: true;
  readonly primaryKeyPosition?: number;
}

interface DataType {
  readonly logicalType:
    'string' | 'date' | 'timestamp' | 'time' | 'number' | 'integer' | 'object' | 'array' | 'boolean';
  /** Avro's type. */
  readonly physicalType: string;
  readonly items?: DataType;
  readonly properties?: readonly DataProperty[];
}

/** @param version of the contract, by whatever scheme its owner has */
export function dataContract(contract: EventContract, version: string): DataContract {
  const { name, topic, schema } = contract;
  const names = new SchemaNames([schema]);
  const doc = schema.doc === undefined ? {} : { description: schema.doc };
  const shape = names.shape({ schema, namespace: '' });
  const id = contract.id.map((part) => (typeof part === 'string' ? part : part.field));
  const properties = shape.kind === 'record' ? propertiesOf(shape, names, []) : [];
  return {
    ...{ apiVersion: 'v3.1.0', kind: 'DataContract', id: name, name: topic, version, status: 'active' },
    ...(schema.doc !== undefined && { description: { purpose: schema.doc } }),
    schema: [
      {
        ...{ name: schema.name, physicalName: topic, physicalType: 'topic', logicalType: 'object', ...doc },
        properties: properties.map((property) =>
          id.includes(property.name)
            ? { ...property, primaryKey: true, primaryKeyPosition: id.indexOf(property.name) + 1 }
            : property,
        ),
      },
    ],
  };
}

type RecordShape = Extract<Shape, { kind: 'record' }>;

/** @param around the full names of the records around this one: one that contains itself is described once */
function propertiesOf({ schema, full, namespace }: RecordShape, names: SchemaNames, around: readonly string[]) {
  const inside = [...around, full];
  return schema.fields.map(({ name, type, doc }): DataProperty => {
    const place = { schema: type, namespace };
    return {
      name,
      ...typeOf(place, names, inside),
      ...(doc !== undefined && { description: doc }),
      required: !isNullable(names.shape(place), names),
    };
  });
}

const isNull = (shape: Shape): boolean => shape.kind === 'primitive' && shape.type === 'null';
const isNullable = (shape: Shape, names: SchemaNames): boolean =>
  shape.kind === 'union' ? shape.branches.some((branch) => isNull(names.shape(branch))) : isNull(shape);

const primitives: Readonly<Record<string, DataType['logicalType']>> = {
  boolean: 'boolean',
  int: 'integer',
  long: 'integer',
  float: 'number',
  double: 'number',
};
const logicalTypes: Readonly<Record<Logical['kind'], DataType['logicalType']>> = {
  instant: 'timestamp',
  'local time': 'timestamp',
  'time of day': 'time',
  date: 'date',
  decimal: 'number',
  uuid: 'string',
  duration: 'string',
  json: 'object',
};

function typeOf(place: Place, names: SchemaNames, around: readonly string[]): DataType {
  const shape = names.shape(place);
  switch (shape.kind) {
    case 'primitive':
    case 'fixed': {
      const [base, name] =
        shape.kind === 'fixed' ? [shape.schema.type, shape.schema.logicalType] : [shape.type, shape.logicalType];
      const logical = logicalOf(shape);
      return {
        logicalType: logical === undefined ? (primitives[base] ?? 'string') : logicalTypes[logical.kind],
        physicalType: logical === undefined ? base : `${base}, ${String(name)}`,
      };
    }
    case 'enum':
      return { logicalType: 'string', physicalType: 'enum' };
    case 'array':
      return { logicalType: 'array', physicalType: 'array', items: typeOf(shape.items, names, around) };
    case 'map':
      return { logicalType: 'object', physicalType: 'map' };
    case 'union': {
      const [only, ...others] = shape.branches.filter((branch) => !isNull(names.shape(branch)));
      // The standard has no type for a value of one of several types.
      if (only === undefined || others.length > 0) return { logicalType: 'object', physicalType: 'union' };
      return typeOf(only, names, around);
    }
    case 'record':
      return {
        ...{ logicalType: 'object', physicalType: 'record' },
        ...(!around.includes(shape.full) && { properties: propertiesOf(shape, names, around) }),
      };
  }
}
