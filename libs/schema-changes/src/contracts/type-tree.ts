import type { JSONPath } from 'jsonc-parser';
import { fullName, namespaceOf, type AvroEnum, type AvroFixed } from '@sluice/avro';
import type { ContractNamed, ContractRecord, ContractSchema } from '@sluice/contracts';

/** A type where it is used. */
export interface TypePlace {
  readonly schema: ContractSchema;
  readonly namespace: string;
  readonly path: JSONPath;
}

interface LogicalType {
  readonly logicalType?: string;
  readonly precision?: number;
  readonly scale?: number;
}

/** A type with its names resolved, and the place of its definition. */
export type TypeNode = { readonly path: JSONPath } & (
  | ({ readonly kind: 'primitive'; readonly type: string } & LogicalType)
  | { readonly kind: 'union'; readonly branches: readonly TypePlace[] }
  | { readonly kind: 'array'; readonly items: TypePlace }
  | { readonly kind: 'map'; readonly values: TypePlace }
  | { readonly kind: 'record'; readonly schema: ContractRecord; readonly full: string }
  | { readonly kind: 'enum'; readonly schema: AvroEnum; readonly full: string }
  | { readonly kind: 'fixed'; readonly schema: AvroFixed; readonly full: string }
);
export type RecordNode = Extract<TypeNode, { kind: 'record' }>;

export type ResolveType = (place: TypePlace) => TypeNode;

/** Resolves the types of one contract. */
export function typeTree(root: ContractRecord): { root: RecordNode; resolve: ResolveType } {
  const named = new Map<string, TypeNode>();
  define(root, '', [], named);
  const resolve: ResolveType = ({ schema, namespace, path }) => {
    if (typeof schema === 'string') {
      const found = named.get(fullName({ name: schema }, namespace)) ?? named.get(schema);
      return found ?? { kind: 'primitive', type: schema, path };
    }
    if (isUnion(schema))
      return {
        kind: 'union',
        path,
        branches: schema.map((branch, index) => ({ schema: branch, namespace, path: [...path, index] })),
      };
    if (isNamed(schema))
      return named.get(fullName(schema, namespace)) ?? { kind: 'primitive', type: schema.name, path };
    if ('items' in schema)
      return { kind: 'array', path, items: { schema: schema.items, namespace, path: [...path, 'items'] } };
    if ('values' in schema)
      return { kind: 'map', path, values: { schema: schema.values, namespace, path: [...path, 'values'] } };
    const inner = resolve({ schema: schema.type, namespace, path: [...path, 'type'] });
    const { logicalType, precision, scale } = schema;
    return inner.kind === 'primitive'
      ? {
          ...inner,
          path,
          ...(logicalType !== undefined && { logicalType }),
          ...(precision !== undefined && { precision }),
          ...(scale !== undefined && { scale }),
        }
      : inner;
  };
  return { root: { kind: 'record', schema: root, full: fullName(root, ''), path: [] }, resolve };
}

/** The fields of a record, each with the place of its type. */
export const fieldsOf = ({ schema, full, path }: RecordNode) =>
  schema.fields.map((field, index) => {
    const at = [...path, 'fields', index];
    return { field, path: at, place: { schema: field.type, namespace: namespaceOf(full), path: [...at, 'type'] } };
  });

function define(schema: ContractSchema, namespace: string, path: JSONPath, named: Map<string, TypeNode>): void {
  if (typeof schema === 'string') return;
  if (isUnion(schema)) return schema.forEach((branch, index) => define(branch, namespace, [...path, index], named));
  if (!isNamed(schema)) {
    if ('items' in schema) define(schema.items, namespace, [...path, 'items'], named);
    else if ('values' in schema) define(schema.values, namespace, [...path, 'values'], named);
    else define(schema.type, namespace, [...path, 'type'], named);
    return;
  }
  const full = fullName(schema, namespace);
  if ('symbols' in schema) named.set(full, { kind: 'enum', schema, full, path });
  else if ('size' in schema) named.set(full, { kind: 'fixed', schema, full, path });
  else {
    const record: RecordNode = { kind: 'record', schema, full, path };
    named.set(full, record);
    for (const { place } of fieldsOf(record)) define(place.schema, place.namespace, place.path, named);
  }
}

const isUnion = (schema: ContractSchema): schema is readonly ContractSchema[] => Array.isArray(schema);
const isNamed = (schema: Exclude<ContractSchema, string | readonly ContractSchema[]>): schema is ContractNamed =>
  'fields' in schema || 'symbols' in schema || 'size' in schema;
