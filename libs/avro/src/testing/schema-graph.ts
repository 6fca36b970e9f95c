import { fullName, namespaceOf, type AvroField, type AvroNamed, type AvroSchema } from '../schema/avro-schema.ts';

/** A schema with its names followed: a type that is referred to is the same node again. */
export type Node = PrimitiveNode | UnionNode | ArrayNode | MapNode | NamedNode;
export type NamedNode = RecordNode | EnumNode | FixedNode;

interface Logical {
  logicalType?: string;
  scale?: number;
}
export interface PrimitiveNode extends Logical {
  kind: 'primitive';
  type: string;
}
interface UnionNode {
  kind: 'union';
  branches: Node[];
}
interface ArrayNode {
  kind: 'array';
  items: Node;
}
interface MapNode {
  kind: 'map';
  values: Node;
}
interface Named {
  /** The full name; so are the aliases. */
  full: string;
  aliases: string[];
}
export interface FieldNode {
  name: string;
  aliases: string[];
  type: Node;
  default?: unknown;
}
interface RecordNode extends Named {
  kind: 'record';
  fields: FieldNode[];
}
interface EnumNode extends Named {
  kind: 'enum';
  symbols: string[];
  default?: string;
}
export interface FixedNode extends Named, Logical {
  kind: 'fixed';
  size: number;
}

export const isNamed = (node: Node): node is NamedNode => 'full' in node;

/** What avsc calls a branch of a union. */
export const branchName = (node: Node): string =>
  isNamed(node) ? node.full : node.kind === 'primitive' ? node.type : node.kind;

const namedKinds: readonly unknown[] = ['record', 'enum', 'fixed'];
const isDefinition = (schema: Exclude<AvroSchema, string | readonly AvroSchema[]>): schema is AvroNamed =>
  namedKinds.includes(schema.type);

/** For random schemas: without aliases, defaults or logical types. */
export function graphOf(whole: AvroSchema): Node {
  const named = new Map<string, NamedNode>();
  const node = (schema: AvroSchema, namespace: string): Node => {
    if (typeof schema === 'string')
      return (
        named.get(fullName({ name: schema }, namespace)) ?? named.get(schema) ?? { kind: 'primitive', type: schema }
      );
    if (!('type' in schema)) return { kind: 'union', branches: schema.map((branch) => node(branch, namespace)) };
    if ('items' in schema) return { kind: 'array', items: node(schema.items, namespace) };
    if ('values' in schema) return { kind: 'map', values: node(schema.values, namespace) };
    if (!isDefinition(schema)) throw new Error(`no random schema has ${JSON.stringify(schema)}`);
    const full = fullName(schema, namespace);
    if (schema.type === 'enum') return remember({ kind: 'enum', full, aliases: [], symbols: [...schema.symbols] });
    if (schema.type === 'fixed') return remember({ kind: 'fixed', full, aliases: [], size: schema.size });
    const record: NamedNode = { kind: 'record', full, aliases: [], fields: [] };
    remember(record);
    for (const { name, type } of schema.fields)
      record.fields.push({ name, aliases: [], type: node(type, namespaceOf(full)) });
    return record;
  };
  const remember = (of: NamedNode): NamedNode => {
    named.set(of.full, of);
    return of;
  };
  return node(whole, '');
}

/**
 * The schema of a node: a named type is defined where it comes first, and referred to by its full name afterwards.
 *
 * @param logical whether primitives keep their logical types: avsc would take a long that has one for a long of its own
 */
export function schemaOf(whole: Node, { logical = true } = {}): AvroSchema {
  const defined = new Set<Node>();
  const schema = (node: Node): AvroSchema => {
    switch (node.kind) {
      case 'union':
        return node.branches.map(schema);
      case 'array':
        return { type: 'array', items: schema(node.items) };
      case 'map':
        return { type: 'map', values: schema(node.values) };
      case 'primitive': {
        const { kind: _, ...rest } = node;
        return node.logicalType === undefined || !logical ? node.type : rest;
      }
      default:
        if (defined.has(node)) return node.full;
        defined.add(node);
        return definition(node);
    }
  };
  const definition = ({ full, aliases, ...node }: NamedNode): AvroSchema => {
    const names = { name: full, ...(aliases.length > 0 && { aliases }) };
    if (node.kind === 'record') return { type: 'record', ...names, fields: node.fields.map(field) };
    const { kind, ...rest } = node;
    return { type: kind, ...names, ...rest };
  };
  const field = ({ aliases, type, ...node }: FieldNode): AvroField => ({
    ...node,
    type: schema(type),
    ...(aliases.length > 0 && { aliases }),
  });
  return schema(whole);
}
