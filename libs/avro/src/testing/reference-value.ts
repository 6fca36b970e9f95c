import { MalformedAvro } from '../json/transcoder.ts';
import { branchName, type Node } from './schema-graph.ts';

/** What stands for a value that cannot be held: see `readAll`. */
const unheld = 'refused where it is read';

/** What the decoder should make of what avsc decodes, which has wrapped unions and bigints for longs. */
export function referenceValue(node: Node, value: unknown): unknown {
  switch (node.kind) {
    case 'primitive': {
      if (node.type === 'float') return Math.fround(Number(value));
      if (typeof value !== 'bigint') return value;
      const number = Number(value);
      if (node.type !== 'long') return number;
      if (!Number.isSafeInteger(number)) return unheld;
      if (node.logicalType !== 'timestamp-millis') return number;
      return Math.abs(number) > 8.64e15 ? unheld : new Date(number);
    }
    case 'array':
      return (value as unknown[]).map((item) => referenceValue(node.items, item));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object).map(([key, item]) => [key, referenceValue(node.values, item)]),
      );
    case 'record':
      return Object.fromEntries(
        node.fields.map(({ name, type }) => [name, referenceValue(type, (value as Record<string, unknown>)[name])]),
      );
    case 'union': {
      if (value === null) return null;
      const [[name, inner] = ['', undefined]] = Object.entries(value as object);
      const branch = node.branches.find((one) => branchName(one) === name);
      if (branch === undefined) throw new Error(`the union has no branch ${name}`);
      return referenceValue(branch, inner);
    }
    default:
      return value;
  }
}

/** A decoded value with `unheld` where reading a property is refused. */
export function readAll(value: unknown): unknown {
  if (typeof value === 'bigint') return unheld;
  if (Array.isArray(value)) return Array.from(value.keys(), (index) => readProperty(value, index));
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value) || value instanceof Date) return value;
  return Object.fromEntries(Object.keys(value).map((key) => [key, readProperty(value, key)]));
}

function readProperty(holder: object, key: string | number): unknown {
  let value: unknown;
  try {
    value = (holder as Record<string | number, unknown>)[key];
  } catch (error) {
    if (error instanceof MalformedAvro) return unheld;
    throw error;
  }
  return readAll(value);
}
