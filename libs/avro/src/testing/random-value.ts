import type { Random } from '@sluice/random';
import { branchName, type Node, type PrimitiveNode } from './schema-graph.ts';

const words = ['', 'a', 'ß€', '語', '😀', '"\\', '\n\u0000\u001f', '\u2028', '${1}', '{"a":[1.0]}', '17'];
const reals = [0, -0, 1, -1.5, 0.1, 1e21, 1e-7, 5e-324, Number.MAX_VALUE, NaN, Infinity, -Infinity];
const wholes = [0, -1, 63, -64, 2 ** 31 - 1, -(2 ** 31)];
/** avsc's own longs lose their sign beyond 2^52. */
const safe = [...wholes, 2 ** 31, 2 ** 32, 2 ** 52, -(2 ** 52), 253_402_300_799_999, 253_402_300_800_000];
const wide = [2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n), 1_767_225_599_123_456_789n];

const text = (random: Random) => Array.from({ length: random.whole(0, 3) }, () => random.pick(words)).join('');
const octets = (random: Random, length: number) =>
  Buffer.from(Array.from({ length }, () => random.whole(0, random.chance(0.5) ? 127 : 255)));

function safeLong(random: Random): number {
  return random.chance(0.5) ? random.pick(safe) : Math.floor((random.next() - 0.3) * 10 ** random.whole(1, 15));
}

function primitive({ type }: PrimitiveNode, random: Random, wideLongs: boolean): unknown {
  switch (type) {
    case 'null':
      return null;
    case 'boolean':
      return random.chance(0.5);
    case 'int':
      return random.chance(0.5) ? random.pick(wholes) : random.whole(-1e6, 1e8);
    case 'long':
      return wideLongs && random.chance(0.5) ? random.pick(wide) : BigInt(safeLong(random));
    case 'float':
      return Math.fround(random.pick([...reals, random.next() * 1e6]));
    case 'double':
      return random.pick([...reals, random.next() * 10 ** random.whole(-30, 30)]);
    case 'string':
      return text(random);
    case 'bytes':
      return octets(random, random.whole(0, 9));
    default:
      throw new Error(`there is no type ${type}`);
  }
}

/**
 * A random value for avsc, with wrapped unions and bigints for longs.
 *
 * @param wideLongs also longs beyond 2^53
 */
export function randomValue(whole: Node, random: Random, wideLongs: boolean): unknown {
  const value = (node: Node, budget: number): unknown => {
    const length = budget > 0 ? random.whole(0, 3) : 0;
    switch (node.kind) {
      case 'primitive':
        return primitive(node, random, wideLongs);
      case 'union': {
        const empty = node.branches.find((branch) => branchName(branch) === 'null');
        const branch = budget > 0 ? random.pick(node.branches) : (empty ?? node.branches[0]);
        if (branch === undefined || branch === empty) return null;
        return { [branchName(branch)]: value(branch, budget - 1) };
      }
      case 'array':
        return Array.from({ length }, () => value(node.items, budget - 1));
      case 'map':
        return Object.fromEntries(Array.from({ length }, () => [text(random), value(node.values, budget - 1)]));
      case 'enum':
        return random.pick(node.symbols);
      case 'fixed':
        return octets(random, node.size);
      case 'record':
        return Object.fromEntries(node.fields.map(({ name, type }) => [name, value(type, budget - 1)]));
    }
  };
  return value(whole, 4);
}

/** A random default in the JSON that schemas have for it: a union's is of its first branch, bytes are text of U+0000 to U+00FF. */
export function randomDefault(node: Node, random: Random): unknown {
  switch (node.kind) {
    case 'union':
      return randomDefault(node.branches[0] ?? { kind: 'primitive', type: 'null' }, random);
    case 'array':
      return Array.from({ length: random.whole(0, 2) }, () => randomDefault(node.items, random));
    case 'map':
      return Object.fromEntries(
        Array.from({ length: random.whole(0, 2) }, () => [text(random), randomDefault(node.values, random)]),
      );
    case 'enum':
      return random.pick(node.symbols);
    case 'fixed':
      return octets(random, node.size).toString('latin1');
    case 'record':
      return Object.fromEntries(node.fields.map(({ name, type }) => [name, randomDefault(type, random)]));
    case 'primitive':
      if (node.type === 'bytes') return octets(random, random.whole(0, 5)).toString('latin1');
      if (node.type === 'long') return safeLong(random);
      if (node.type === 'float' || node.type === 'double') return random.whole(-1e6, 1e6) / 64;
      return primitive(node, random, false);
  }
}
