import type { ContractRecord, ContractSchema, EventContract } from '@sluice/contracts';
import { nearest } from '../nearest.ts';
import type { Path } from './condition.ts';
import { pathText } from './filter-clause.ts';
import type { Filter } from './parse-filter.ts';

/** A path that a contract lacks, and the known one that is most like it. */
export interface UnknownPath {
  path: string;
  suggestion: string | undefined;
}

/** The fields of a filter that a contract lacks. Such a condition finds null, unless a newer producer has added the field. */
export const unknownPaths = (filter: Filter, { schema }: EventContract): UnknownPath[] =>
  filter.paths.flatMap((path) => unknownPath(path, schema) ?? []);

function unknownPath(path: Path, root: ContractRecord): UnknownPath | undefined {
  const named = namedRecords(root);
  const steps = path.filter((step) => typeof step === 'string');
  let at: ContractRecord | undefined = root;
  for (const [index, step] of steps.entries()) {
    // Below what is not a record, names are those of a map, or of JSON in a text.
    if (at === undefined) return undefined;
    const field = at.fields.find(({ name }) => name === step);
    if (field === undefined) {
      const known = at.fields.map(({ name }) => pathText([...steps.slice(0, index), name]));
      return { path: pathText(path), suggestion: nearest(pathText(steps.slice(0, index + 1)), known) };
    }
    at = recordIn(field.type, named);
  }
  return undefined;
}

/** The record that a type is, or holds: in a union, in an array. */
function recordIn(type: ContractSchema, named: ReadonlyMap<string, ContractRecord>): ContractRecord | undefined {
  if (typeof type === 'string') return named.get(type);
  if (Array.isArray(type))
    return type.map((one) => recordIn(one as ContractSchema, named)).find((found) => found !== undefined);
  if ('fields' in type) return type;
  return 'items' in type ? recordIn(type.items, named) : undefined;
}

function namedRecords(schema: ContractRecord): Map<string, ContractRecord> {
  const found = new Map<string, ContractRecord>();
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (isRecord(value)) {
      found.set(value.name, value);
      if (value.namespace !== undefined) found.set(`${value.namespace}.${value.name}`, value);
    }
    Object.values(value).forEach(walk);
  };
  walk(schema);
  return found;
}

const isRecord = (value: object): value is ContractRecord => 'fields' in value && 'name' in value;
