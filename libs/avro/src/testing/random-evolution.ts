import { namespaceOf } from '../schema/avro-schema.ts';
import type { Random } from '@sluice/random';
import { randomDefault } from './random-value.ts';
import { branchName, isNamed, type FieldNode, type NamedNode, type Node, type PrimitiveNode } from './schema-graph.ts';

const promotions: Readonly<Record<string, readonly string[]>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
};
const logicalTypes: Readonly<Record<string, readonly string[]>> = {
  int: ['date', 'time-millis'],
  long: [
    'time-micros',
    'timestamp-millis',
    'timestamp-micros',
    'timestamp-nanos',
    'local-timestamp-millis',
    'local-timestamp-micros',
  ],
  bytes: ['decimal'],
  string: ['uuid', 'json'],
};
const primitiveTypes = ['boolean', 'int', 'long', 'float', 'double', 'string', 'bytes'];

/** A schema that others evolved into, and what a reader of both must know. */
export interface Evolution {
  node: Node;
  /** Whether a long may become a float or double: beyond 2^52 avsc loses its sign. */
  mayRoundLongs: boolean;
}

const isPromotable = (from: Node, to: Node): boolean => promotions[branchName(from)]?.includes(branchName(to)) === true;

/** Whether a union has a branch before one that can become it: avsc takes the first that can be, not the same. */
export function hasAmbiguousUnion(whole: Node): boolean {
  const seen = new Set<Node>();
  const within = (node: Node): boolean => {
    if (seen.has(node)) return false;
    seen.add(node);
    if (node.kind === 'record') return node.fields.some(({ type }) => within(type));
    if (node.kind === 'array') return within(node.items);
    if (node.kind === 'map') return within(node.values);
    if (node.kind !== 'union') return false;
    const { branches } = node;
    return branches.some(
      (branch, index) => within(branch) || branches.slice(index + 1).some((later) => isPromotable(later, branch)),
    );
  };
  return within(whole);
}

/** Now and then puts a type in a union of its own, so that there is something to unwrap. */
export function wrapSome(whole: Node, random: Random): Node {
  const seen = new Map<Node, Node>();
  const wrap = (node: Node): Node => {
    const known = seen.get(node);
    if (known !== undefined) return known;
    seen.set(node, node);
    if (node.kind === 'record') for (const field of node.fields) field.type = wrap(field.type);
    if (node.kind === 'array') node.items = wrap(node.items);
    if (node.kind === 'map') node.values = wrap(node.values);
    if (node.kind !== 'primitive' || node.type === 'null' || random.chance(0.9)) return node;
    const wider = promotions[node.type]?.[0];
    const types = wider === undefined || random.chance(0.5) ? [node.type] : [node.type, wider];
    return { kind: 'union', branches: types.map((type) => ({ kind: 'primitive', type })) };
  };
  return wrap(whole);
}

/** A reader's schema that a writer's may have evolved into. Most of what the writer writes can still be read. */
export function evolved(whole: Node, random: Random, rate: number): Evolution {
  const known = new Map<NamedNode, NamedNode>();
  const added: FieldNode[] = [];
  let names = 0;
  let mayRoundLongs = false;
  const sometimes = (probability: number) => random.chance(probability * rate);

  const annotate = (node: PrimitiveNode): PrimitiveNode => {
    const possible = logicalTypes[node.type];
    if (possible === undefined || random.chance(0.8)) return node;
    const logicalType = random.pick(possible);
    return { ...node, logicalType, ...(logicalType === 'decimal' && { scale: random.whole(0, 4) }) };
  };

  const primitive = (node: PrimitiveNode): PrimitiveNode => {
    const wider = promotions[node.type];
    const type = wider !== undefined && sometimes(0.2) ? random.pick(wider) : node.type;
    if (node.type === 'long' && type !== 'long') mayRoundLongs = true;
    const promoted: PrimitiveNode = { kind: 'primitive', type };
    // A text is no decimal's bytes.
    return node.type === 'string' && type === 'bytes' ? promoted : annotate(promoted);
  };

  const widen = (branches: Node[]): void => {
    const taken = new Set(branches.map(branchName));
    const free = ['null', ...primitiveTypes]
      .filter((type) => !taken.has(type))
      .map((type): PrimitiveNode => ({ kind: 'primitive', type }))
      .filter((added) => !branches.some((branch) => isPromotable(added, branch)));
    if (free.length === 0) return;
    const added = annotate(random.pick(free));
    if (added.type === 'float' || added.type === 'double') mayRoundLongs = true;
    if (added.type === 'null' && random.chance(0.5)) branches.unshift(added);
    else branches.push(added);
  };

  const value = (node: Node): Node => {
    if (node.kind === 'union') return union(node.branches);
    const one = single(node);
    if (branchName(one) === 'null' || !sometimes(0.1)) return one;
    const branches: Node[] = [one];
    while (random.chance(0.7)) widen(branches);
    return { kind: 'union', branches };
  };

  const union = (from: Node[]): Node => {
    const branches: Node[] = [];
    const all = new Set(from.map(branchName));
    const hasText = from.some((branch) => branchName(branch) === 'string');
    for (const branch of from) {
      // A text that comes in the union may have to become bytes, and is no decimal's.
      const isPlain = hasText && branchName(branch) === 'bytes';
      const to = isPlain ? branch : single(branch);
      // No two branches may be of one type, and none may take what is another's.
      const name = branchName(to);
      branches.push(name !== branchName(branch) && !isNamed(to) && all.has(name) ? branch : to);
      all.add(name);
    }
    if (sometimes(0.3)) widen(branches);
    if (sometimes(0.02) && branches.length > 1) {
      const [removed] = branches.splice(random.whole(0, branches.length - 1), 1);
      mayRoundLongs ||= removed !== undefined && branchName(removed) === 'long';
    }
    if (sometimes(0.1) && branches.length > 1) branches.push(...branches.splice(0, 1));
    const last = branches.at(-1);
    if (last !== undefined && (branches.length === 1 || !from.some((branch) => branchName(branch) === 'null'))) {
      if (random.chance(0.7)) {
        mayRoundLongs ||= branchName(last) !== 'long';
        return last;
      }
    }
    return { kind: 'union', branches };
  };

  const single = (node: Node): Node => {
    switch (node.kind) {
      case 'primitive':
        return primitive(node);
      case 'array':
        return { kind: 'array', items: value(node.items) };
      case 'map':
        return { kind: 'map', values: value(node.values) };
      case 'union':
        return node;
      default:
        return known.get(node) ?? named(node);
    }
  };

  const rename = (full: string): { full: string; aliases: string[] } => {
    if (!sometimes(0.15)) return { full, aliases: [] };
    // What is in no namespace stays there: a namespace around it could not be left.
    const namespace = namespaceOf(full) === '' ? '' : `${random.pick([namespaceOf(full), 'moved', 'a.b.c'])}.`;
    return { full: `${namespace}New${++names}`, aliases: random.chance(0.5) ? [full] : ['a.Other', full] };
  };

  const named = (node: NamedNode): NamedNode => {
    const to: NamedNode = { ...node, ...rename(node.full) };
    known.set(node, to);
    if (to.kind === 'enum') {
      to.symbols = [...to.symbols];
      if (sometimes(0.3)) to.symbols.splice(random.whole(0, to.symbols.length), 0, 'ADDED');
      if (sometimes(0.3) && to.symbols.length > 1) to.symbols.splice(random.whole(0, to.symbols.length - 1), 1);
      if (random.chance(0.7)) to.default = random.pick(to.symbols);
    } else if (to.kind === 'fixed') {
      if (to.size === 16 && random.chance(0.7)) to.logicalType = 'uuid';
      else if (to.size === 12 && random.chance(0.7)) to.logicalType = 'duration';
      else if (random.chance(0.3)) Object.assign(to, { logicalType: 'decimal', scale: random.whole(0, 4) });
    } else to.fields = fields(to.fields);
    return to;
  };

  const fields = (from: FieldNode[]): FieldNode[] => {
    const to = from
      .filter(() => !sometimes(0.2))
      .map(({ name, type }): FieldNode => {
        const renamed = sometimes(0.15);
        return {
          name: renamed ? `new_${++names}` : name,
          aliases: renamed ? [name] : [],
          type: value(type),
        };
      });
    while (sometimes(0.3)) {
      const field: FieldNode = { name: `added_${++names}`, aliases: [], type: fresh(3) };
      added.push(field);
      to.splice(random.whole(0, to.length), 0, field);
    }
    if (sometimes(0.3)) to.sort(() => (random.chance(0.5) ? 1 : -1));
    return to;
  };

  /** A type that no writer has. */
  const fresh = (depth: number): Node => {
    switch (depth === 0 ? 'primitive' : random.pick(['primitive', 'named', 'array', 'map', 'union', 'known'])) {
      case 'named': {
        const name = { full: `fresh.Fresh${++names}`, aliases: [] };
        if (random.chance(0.3)) return { kind: 'enum', ...name, symbols: ['X', 'Y'] };
        if (random.chance(0.4)) return { kind: 'fixed', ...name, size: 12, logicalType: 'duration' };
        const count = random.whole(0, 3);
        return {
          kind: 'record',
          ...name,
          fields: Array.from({ length: count }, (_, index) => ({
            name: `x${index}`,
            aliases: [],
            type: fresh(depth - 1),
          })),
        };
      }
      case 'array':
        return { kind: 'array', items: fresh(depth - 1) };
      case 'map':
        return { kind: 'map', values: fresh(depth - 1) };
      case 'union': {
        const first = fresh(0);
        return { kind: 'union', branches: [first, { kind: 'primitive', type: 'null' }] };
      }
      case 'known': {
        // A name without a namespace would be looked up in that around it.
        const reachable = [...known.values()].filter(({ full }) => full.includes('.'));
        const nothing: Node = { kind: 'primitive', type: 'null' };
        return { kind: 'union', branches: reachable.length === 0 ? [nothing] : [nothing, random.pick(reachable)] };
      }
      default:
        return annotate({ kind: 'primitive', type: random.pick(primitiveTypes) });
    }
  };

  const node = value(whole);
  // Only now are all records complete that a default may be of.
  for (const field of added) field.default = randomDefault(field.type, random);
  return { node, mayRoundLongs };
}
