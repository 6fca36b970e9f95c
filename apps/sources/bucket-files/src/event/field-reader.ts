import { fullName, type AvroSchema } from '@sluice/avro';
import { epochTime, isoTime, parseJson, UnreadableText, wholeNumber } from '@sluice/external-text';

/** A value that is not what its field holds. The message is the end of a sentence that begins with the field, and repeats no contents. */
export class UnfitValue extends Error {
  override readonly name = 'UnfitValue';
}

/** Makes the value of a field of what a file has. @throws UnfitValue */
export type ValueReader = (value: unknown) => unknown;

type Named = Map<string, ValueReader>;

/**
 * How the values of a type are read: from text as CSV has it, and from JSON.
 *
 * In text, nothing stands for null where the type has one; numbers are decimal, times ISO 8601 with a zone or seconds or milliseconds
 * since 1970, and records, arrays and maps JSON.
 *
 * @param isText whether values are text, so that an empty one stands for null
 * @throws Error for a type that no file can have
 */
export function valueReader(schema: AvroSchema, isText: boolean): ValueReader {
  return readerOf(schema, isText, '', new Map());
}

function readerOf(schema: AvroSchema, isText: boolean, namespace: string, named: Named): ValueReader {
  if (typeof schema === 'string') {
    const primitive = primitives[schema];
    if (primitive !== undefined) return primitive;
    return (value) => {
      const reader = named.get(schema) ?? named.get(`${namespace}.${schema}`);
      if (reader === undefined) throw new Error(`the contract names the type ${schema} without defining it`);
      return reader(value);
    };
  }
  if (isUnion(schema)) return unionReader(schema, isText, namespace, named);
  if ('symbols' in schema) {
    const { symbols } = schema;
    return remembered(schema, namespace, named, (value) => {
      if (typeof value === 'string' && symbols.includes(value)) return value;
      throw new UnfitValue(`must be one of ${symbols.join(', ')}`);
    });
  }
  if ('fields' in schema) {
    const own = fullName(schema, namespace);
    const inner = own.includes('.') ? own.slice(0, own.lastIndexOf('.')) : '';
    const fields: [name: string, read: ValueReader, fallback: (() => unknown) | undefined][] = [];
    const reader = remembered(schema, namespace, named, (value) => {
      const object = objectOf(value);
      return Object.fromEntries(
        fields.map(([name, read, fallback]) => {
          const given = Object.hasOwn(object, name) ? object[name] : undefined;
          if (given !== undefined) return [name, within(name, read, given)];
          if (fallback === undefined) throw new UnfitValue(`must have ${name}`);
          return [name, fallback()];
        }),
      );
    });
    for (const field of schema.fields) {
      const read = readerOf(field.type, false, inner, named);
      fields.push([field.name, read, 'default' in field ? () => read(field.default) : undefined]);
    }
    return reader;
  }
  if ('items' in schema) {
    const item = readerOf(schema.items, false, namespace, named);
    return (value) => arrayOf(value).map(item);
  }
  if ('values' in schema) {
    const one = readerOf(schema.values, false, namespace, named);
    return (value) => Object.fromEntries(Object.entries(objectOf(value)).map(([key, inner]) => [key, one(inner)]));
  }
  if ('size' in schema) throw new Error('the contract has bytes of a fixed size, which files of text cannot have');
  if ('logicalType' in schema && schema.logicalType === 'timestamp-millis') return time;
  if ('logicalType' in schema && schema.logicalType === 'json') return jsonText;
  return readerOf(schema.type, isText, namespace, named);
}

function remembered(
  schema: { name: string; namespace?: string },
  namespace: string,
  named: Named,
  reader: ValueReader,
): ValueReader {
  named.set(fullName(schema, namespace), reader);
  return reader;
}

function unionReader(branches: readonly AvroSchema[], isText: boolean, namespace: string, named: Named): ValueReader {
  const isNullable = branches.includes('null');
  const readers = branches
    .filter((branch) => branch !== 'null')
    .map((branch) => readerOf(branch, isText, namespace, named));
  return (value) => {
    if (isNullable && (value === null || (isText && value === ''))) return null;
    let problem: unknown;
    for (const reader of readers) {
      try {
        return reader(value);
      } catch (error) {
        if (!(error instanceof UnfitValue)) throw error;
        problem ??= error;
      }
    }
    throw problem instanceof UnfitValue ? problem : new UnfitValue('must be null');
  };
}

const isUnion = (schema: AvroSchema): schema is readonly AvroSchema[] => Array.isArray(schema);

function within(name: string, read: ValueReader, value: unknown): unknown {
  try {
    return read(value);
  } catch (error) {
    throw error instanceof UnfitValue ? new UnfitValue(`has ${name}, which ${error.message}`) : error;
  }
}

const primitives: Readonly<Record<string, ValueReader>> = {
  null(value) {
    if (value === null || value === '') return null;
    throw new UnfitValue('must be null');
  },
  string(value) {
    if (typeof value === 'string') return value;
    // What a person sees as text may be written as a number in JSON: an id, say.
    if (typeof value === 'bigint' || Number.isSafeInteger(value)) return String(value);
    throw new UnfitValue('must be a text');
  },
  boolean(value) {
    if (typeof value === 'boolean') return value;
    const text = typeof value === 'string' ? value.trim().toLowerCase() : '';
    if (text === 'true' || text === 'false') return text === 'true';
    throw new UnfitValue('must be true or false');
  },
  int: (value) => whole(value, -(2 ** 31), 2 ** 31 - 1),
  long: (value) => whole(value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  float: number,
  double: number,
};

function whole(value: unknown, min: number, max: number): number {
  const found =
    typeof value === 'string'
      ? wholeNumber(value.trim(), { min, max })
      : Number.isSafeInteger(value)
        ? Number(value)
        : undefined;
  if (found === undefined || found < min || found > max)
    throw new UnfitValue(`must be a whole number from ${min} to ${max}`);
  return found + 0;
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;

function number(value: unknown): number {
  const found =
    typeof value === 'number' || typeof value === 'bigint'
      ? Number(value)
      : typeof value === 'string' && decimal.test(value.trim())
        ? Number(value)
        : NaN;
  if (!Number.isFinite(found)) throw new UnfitValue('must be a number');
  return found + 0;
}

function time(value: unknown): Date {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  // Many programs write a blank in place of the T.
  const timeMs =
    epochTime(text) ?? isoTime(text.replace(/^(\d{4}-\d\d-\d\d) (?=\d)/, '$1T').replace(/ (?=Z$|[+-])/, ''));
  if (timeMs === undefined) throw new UnfitValue('must be ISO 8601 with a zone, or seconds or milliseconds since 1970');
  return new Date(timeMs);
}

/** A field that holds JSON as text. */
function jsonText(value: unknown): string {
  if (typeof value !== 'string') {
    try {
      return JSON.stringify(value);
    } catch {
      throw new UnfitValue('must be JSON without whole numbers beyond 2^53, or a text of JSON');
    }
  }
  parsedJson(value);
  return value;
}

const objectOf = (value: unknown): Record<string, unknown> => {
  const found = typeof value === 'string' ? parsedJson(value) : value;
  if (typeof found === 'object' && found !== null && !Array.isArray(found)) return { ...found };
  throw new UnfitValue('must be a JSON object');
};

const arrayOf = (value: unknown): readonly unknown[] => {
  const found = typeof value === 'string' ? parsedJson(value) : value;
  if (Array.isArray(found)) return found;
  throw new UnfitValue('must be a JSON array');
};

function parsedJson(text: string): unknown {
  try {
    return parseJson(text, 'bigints').value;
  } catch (error) {
    if (!(error instanceof UnreadableText)) throw error;
    throw new UnfitValue('must be JSON');
  }
}
