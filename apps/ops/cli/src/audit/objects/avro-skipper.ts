import { SchemaNames, type AvroSchema, type Place } from '@sluice/schemas';

/** Bytes that do not fit their Avro schema. */
export class MisfitAvro extends Error {
  override readonly name = 'MisfitAvro';
}

/** Where a value ends that begins at `at`. @throws MisfitAvro */
type Skipper = (bytes: Buffer, at: number) => number;

/**
 * Compiles a schema into a function that finds where its values end, without decoding them
 * (https://avro.apache.org/docs/1.12.0/specification/#binary-encoding). Rows of a container file have no lengths of their own.
 *
 * @throws Error when a schema names a type that nobody defines
 */
export function avroSkipper(schema: AvroSchema): Skipper {
  const names = new SchemaNames([schema]);
  const records = new Map<string, Skipper>();

  const compile = (place: Place): Skipper => {
    const shape = names.shape(place);
    switch (shape.kind) {
      case 'primitive':
        return primitives[shape.type] ?? skipLong;
      case 'enum':
        return skipLong;
      case 'fixed':
        return fixedWidth(shape.schema.size);
      case 'array':
        return blocksOf(compile(shape.items));
      case 'map': {
        const value = compile(shape.values);
        return blocksOf((bytes, at) => value(bytes, skipBytes(bytes, at)));
      }
      case 'union': {
        const branches = shape.branches.map(compile);
        return (bytes, at) => {
          const [index, from] = long(bytes, at);
          const branch = branches[index];
          if (branch === undefined) throw new MisfitAvro('a union has no such branch');
          return branch(bytes, from);
        };
      }
      case 'record': {
        const known = records.get(shape.full);
        if (known !== undefined) return known;
        const fields: Skipper[] = [];
        const skip: Skipper = (bytes, at) => fields.reduce((end, field) => field(bytes, end), at);
        // Known before its fields are: they may be of the same type.
        records.set(shape.full, skip);
        for (const { type } of shape.schema.fields) fields.push(compile({ schema: type, namespace: shape.namespace }));
        return skip;
      }
    }
  };
  return compile({ schema, namespace: '' });
}

function within(bytes: Buffer, end: number): number {
  if (end > bytes.length) throw new MisfitAvro('a value goes on beyond the end of its bytes');
  return end;
}

/**
 * Reads a zigzag varint.
 *
 * @returns its value, exact up to 2^53, and where it ends
 * @throws MisfitAvro
 */
export function long(bytes: Buffer, at: number): [value: number, end: number] {
  let [low, high, scale, end] = [0, 0, 1, at];
  for (;;) {
    const byte = bytes[end++];
    if (byte === undefined) throw new MisfitAvro('a value goes on beyond the end of its bytes');
    if (end - at > 10) throw new MisfitAvro('a number has too many bytes');
    if (end - at <= 4) low += (byte & 0x7f) * scale;
    else high += (byte & 0x7f) * (scale / 2 ** 28);
    scale *= 128;
    if (byte < 0x80) break;
  }
  const isNegative = (low & 1) === 1;
  const magnitude = high * 2 ** 27 + Math.floor(low / 2);
  return [isNegative ? -magnitude - 1 : magnitude, end];
}

function skipLong(bytes: Buffer, at: number): number {
  for (let end = at; ; end++) {
    const byte = bytes[end];
    if (byte === undefined) throw new MisfitAvro('a value goes on beyond the end of its bytes');
    if (end - at > 9) throw new MisfitAvro('a number has too many bytes');
    if (byte < 0x80) return end + 1;
  }
}

function skipBytes(bytes: Buffer, at: number): number {
  const [length, from] = long(bytes, at);
  if (length < 0) throw new MisfitAvro('a length is negative');
  return within(bytes, from + length);
}

/** Arrays and maps are blocks; a negative count is followed by the block's size. */
const blocksOf =
  (item: Skipper): Skipper =>
  (bytes, at) => {
    for (let next = at; ;) {
      const [count, from] = long(bytes, next);
      if (count === 0) return from;
      if (count < 0) {
        next = skipBytes(bytes, from);
        continue;
      }
      next = from;
      for (let n = 0; n < count; n++) {
        const end = item(bytes, next);
        // Items without bytes cannot be told from a count that is wrong.
        if (end === next && count > bytes.length) throw new MisfitAvro('a count is too large');
        next = end;
      }
    }
  };

function fixedWidth(width: number): Skipper {
  return (bytes, at) => within(bytes, at + width);
}

const primitives: Readonly<Record<string, Skipper | undefined>> = {
  null: (_bytes, at) => at,
  boolean: fixedWidth(1),
  int: skipLong,
  long: skipLong,
  float: fixedWidth(4),
  double: fixedWidth(8),
  bytes: skipBytes,
  string: skipBytes,
};
