import type { ContractField, ContractRecord, ContractSchema } from '@sluice/contracts';
import { nearest } from '../nearest.ts';

/** Why a JSON value is not an event of a contract: the fields and what they should be, never their contents. */
export class NotAnEvent extends Error {
  override readonly name = 'NotAnEvent';
}

/** The most mistakes that one message names. */
const mostProblems = 5;

/**
 * Turns JSON into an event, as an encoder takes it: times may be ISO 8601 texts or milliseconds, bytes are base64, and a field that may be
 * null, or has a default, may be absent.
 *
 * @param json parsed by `parseExact`
 * @throws NotAnEvent that names each field that does not fit
 */
export function eventFromJson(schema: ContractRecord, json: unknown): object {
  const reading: Reading = { named: namedTypes(schema), problems: [] };
  const event = recordOf(schema, json, '', reading);
  const { problems } = reading;
  if (problems.length === 0 && typeof event === 'object' && event !== null) return event;
  const more = problems.length > mostProblems ? `; and ${problems.length - mostProblems} more` : '';
  throw new NotAnEvent(`${problems.slice(0, mostProblems).join('; ')}${more}`);
}

interface Reading {
  readonly named: ReadonlyMap<string, ContractSchema>;
  readonly problems: string[];
}

function recordOf(schema: ContractRecord, json: unknown, path: string, reading: Reading): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return wrong(reading, path, 'an object', json);
  const known = schema.fields.map(({ name }) => name);
  for (const name of Object.keys(json).filter((one) => !known.includes(one))) {
    const similar = nearest(name, known);
    reading.problems.push(
      `there is no field ${at(path, name)}${similar === undefined ? '' : `, did you mean ${similar}?`}`,
    );
  }
  return Object.fromEntries(
    schema.fields.flatMap((field): [string, unknown][] => {
      if (Object.hasOwn(json, field.name))
        return [[field.name, valueOf(field.type, Reflect.get(json, field.name), at(path, field.name), reading)]];
      // The encoder writes the default.
      if (field.default !== undefined) return [];
      if (mayBeNull(field)) return [[field.name, null]];
      reading.problems.push(`${at(path, field.name)} is missing`);
      return [];
    }),
  );
}

const at = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
const mayBeNull = ({ type }: ContractField): boolean => Array.isArray(type) && type.includes('null');

function valueOf(type: ContractSchema, json: unknown, path: string, reading: Reading): unknown {
  if (typeof type === 'string') {
    const named = reading.named.get(type);
    return named === undefined ? primitive(type, json, path, reading) : valueOf(named, json, path, reading);
  }
  if (isUnion(type)) return unionValue(type, json, path, reading);
  if ('fields' in type) return recordOf(type, json, path, reading);
  if ('symbols' in type) {
    if (typeof json === 'string' && type.symbols.includes(json)) return json;
    return wrong(reading, path, `one of ${type.symbols.join(', ')}`, json);
  }
  if ('items' in type) {
    if (!Array.isArray(json)) return wrong(reading, path, 'an array', json);
    const { items } = type;
    return json.map((item, n) => valueOf(items, item, `${path}.${n}`, reading));
  }
  if ('values' in type) {
    if (typeof json !== 'object' || json === null || Array.isArray(json))
      return wrong(reading, path, 'an object', json);
    const { values } = type;
    return Object.fromEntries(
      Object.entries(json).map(([name, value]) => [name, valueOf(values, value, at(path, name), reading)]),
    );
  }
  if ('logicalType' in type && type.logicalType === 'timestamp-millis') return timeOf(json, path, reading);
  // JSON in a text may be written as JSON.
  if ('logicalType' in type && String(type.logicalType) === 'json' && typeof json !== 'string')
    return JSON.stringify(json);
  return 'type' in type && type.type !== 'fixed'
    ? valueOf(type.type, json, path, reading)
    : primitive('bytes', json, path, reading);
}

const isUnion = (type: ContractSchema): type is readonly ContractSchema[] => Array.isArray(type);

/** The first branch that fits. The problems are those of the last one that is not null. */
function unionValue(branches: readonly ContractSchema[], json: unknown, path: string, reading: Reading): unknown {
  if (json === null && branches.includes('null')) return null;
  let problems: string[] = [];
  for (const branch of branches.filter((one) => one !== 'null')) {
    const tried: Reading = { named: reading.named, problems: [] };
    const value = valueOf(branch, json, path, tried);
    if (tried.problems.length === 0) return value;
    ({ problems } = tried);
  }
  reading.problems.push(...problems);
  return undefined;
}

const [intMin, intMax] = [-(2 ** 31), 2 ** 31 - 1];

function primitive(type: string, json: unknown, path: string, reading: Reading): unknown {
  switch (type) {
    case 'null':
      return json === null ? null : wrong(reading, path, 'null', json);
    case 'boolean':
      return typeof json === 'boolean' ? json : wrong(reading, path, 'true or false', json);
    case 'int':
      return Number.isInteger(json) && Number(json) >= intMin && Number(json) <= intMax
        ? json
        : wrong(reading, path, 'a whole number of 32 bits', json);
    case 'long':
      return Number.isSafeInteger(json) ? json : wrong(reading, path, 'a whole number of at most 2^53', json);
    case 'float':
    case 'double':
      return typeof json === 'number' || typeof json === 'bigint'
        ? Number(json)
        : wrong(reading, path, 'a number', json);
    case 'bytes':
      return typeof json === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(json)
        ? Buffer.from(json, 'base64')
        : wrong(reading, path, 'bytes in base64', json);
    default:
      return typeof json === 'string' ? json : wrong(reading, path, 'a text', json);
  }
}

function timeOf(json: unknown, path: string, reading: Reading): unknown {
  const isIso = typeof json === 'string' && /^[+-]?\d{4,6}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$/.test(json);
  const date = isIso ? new Date(json) : Number.isSafeInteger(json) ? new Date(Number(json)) : undefined;
  if (date !== undefined && !Number.isNaN(date.getTime())) return date;
  return wrong(reading, path, 'a time such as 2026-11-21T10:00:00Z, or milliseconds since 1970', json);
}

function wrong({ problems }: Reading, path: string, expected: string, found: unknown): undefined {
  const kind = found === null ? 'null' : Array.isArray(found) ? 'an array' : kinds[typeof found];
  problems.push(`${path === '' ? 'the event' : path} must be ${expected}, not ${kind ?? 'that'}`);
  return undefined;
}

const kinds: Readonly<Record<string, string>> = {
  string: 'this text',
  number: 'this number',
  bigint: 'this number',
  boolean: 'true or false',
  object: 'an object',
};

/** The types that a schema defines, by name and by full name. */
function namedTypes(schema: ContractRecord): Map<string, ContractSchema> {
  const found = new Map<string, ContractSchema>();
  const walk = (value: unknown, enclosing: string): void => {
    if (typeof value !== 'object' || value === null) return;
    let namespace = enclosing;
    if (isNamed(value)) {
      namespace = value.namespace ?? enclosing;
      found.set(value.name, value);
      found.set(`${namespace}.${value.name}`, value);
    }
    for (const inner of Object.values(value)) walk(inner, namespace);
  };
  walk(schema, schema.namespace ?? '');
  return found;
}

const isNamed = (value: object): value is Extract<ContractSchema, { name: string }> =>
  'name' in value && typeof value.name === 'string' && ('fields' in value || 'symbols' in value || 'size' in value);
