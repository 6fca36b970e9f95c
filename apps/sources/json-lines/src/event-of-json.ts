import type { ContractField, ContractSchema, EventContract } from '@sluice/contracts';
import { isoTime, UnreadableText } from '@sluice/external-text';

/**
 * Makes an event of JSON: times are ISO 8601 with a zone or milliseconds since 1970, bytes are base64, and a field that may be null may
 * be left out. What else does not fit the contract, the encoder refuses.
 *
 * @throws UnreadableText that names the field
 */
export function eventOfJson(contract: EventContract, json: unknown): object {
  if (!isObject(json)) throw new UnreadableText('it is not a JSON object');
  return recordOf(contract.schema.fields, json, '');
}

function recordOf(fields: readonly ContractField[], json: Readonly<Record<string, unknown>>, path: string): object {
  const known = new Set(fields.map(({ name }) => name));
  const unknown = Object.keys(json).find((name) => !known.has(name));
  if (unknown !== undefined) throw new UnreadableText(`the contract has no field ${JSON.stringify(path + unknown)}`);
  return Object.fromEntries(
    fields.map(({ name, type }) => [
      name,
      valueOf(type, Object.hasOwn(json, name) ? json[name] : null, `${path}${name}`),
    ]),
  );
}

function valueOf(schema: ContractSchema, json: unknown, path: string): unknown {
  if (typeof schema === 'string') return schema === 'bytes' ? bytesOf(json, path) : json;
  if (isUnion(schema)) {
    if (json === null && schema.includes('null')) return null;
    const branches = schema.filter((branch) => branch !== 'null');
    // The encoder finds the branch where there are several.
    return branches.length === 1 && branches[0] !== undefined ? valueOf(branches[0], json, path) : json;
  }
  if ('fields' in schema) {
    if (!isObject(json)) throw new UnreadableText(`${path} is not an object`);
    return recordOf(schema.fields, json, `${path}.`);
  }
  if ('items' in schema) {
    if (!Array.isArray(json)) throw new UnreadableText(`${path} is not an array`);
    return json.map((item: unknown, index) => valueOf(schema.items, item, `${path}[${index}]`));
  }
  if ('values' in schema) {
    if (!isObject(json)) throw new UnreadableText(`${path} is not an object`);
    return Object.fromEntries(
      Object.entries(json).map(([key, value]) => [key, valueOf(schema.values, value, `${path}.${key}`)]),
    );
  }
  if ('size' in schema) return bytesOf(json, path);
  if ('symbols' in schema) return json;
  return schema.logicalType === 'timestamp-millis' ? timeOf(json, path) : valueOf(schema.type, json, path);
}

function timeOf(json: unknown, path: string): Date {
  const timeMs = typeof json === 'string' ? isoTime(json) : Number.isSafeInteger(json) ? Number(json) : undefined;
  if (timeMs === undefined)
    throw new UnreadableText(`${path} is not a time: ISO 8601 with a zone, or milliseconds since 1970`);
  return new Date(timeMs);
}

function bytesOf(json: unknown, path: string): Buffer {
  if (typeof json !== 'string') throw new UnreadableText(`${path} is not bytes in base64`);
  return Buffer.from(json, 'base64');
}

const isUnion = (schema: ContractSchema): schema is readonly ContractSchema[] => Array.isArray(schema);

const isObject = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === 'object' && json !== null && !Array.isArray(json);
