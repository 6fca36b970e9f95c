import { SchemaNames, type AvroSchema, type Place } from '@sluice/schemas';

/** Finds where an Avro value ends that begins at `from`. @throws Error when the bytes end before */
export type Skip = (bytes: Buffer, from: number) => number;

/** Passes over values of a schema: https://avro.apache.org/docs/1.12.0/specification/#binary-encoding */
export function compileSkip(schema: AvroSchema): Skip {
  const names = new SchemaNames([schema]);
  const records = new Map<string, Skip>();

  const compile = (place: Place): Skip => {
    const shape = names.shape(place);
    switch (shape.kind) {
      case 'primitive':
        return primitive(shape.type);
      case 'enum':
        return (bytes, from) => readLong(bytes, from).to;
      case 'fixed':
        return fixed(shape.schema.size);
      case 'array':
        return blocks(compile(shape.items));
      case 'map': {
        const value = compile(shape.values);
        return blocks((bytes, from) => value(bytes, counted(bytes, from)));
      }
      case 'union': {
        const branches = shape.branches.map(compile);
        return (bytes, from) => {
          const { value, to } = readLong(bytes, from);
          const branch = branches[Number(value)];
          if (branch === undefined) throw new Error('a union branch that the schema does not have');
          return branch(bytes, to);
        };
      }
      case 'record': {
        const known = records.get(shape.full);
        if (known !== undefined) return known;
        let fields: readonly Skip[] = [];
        const skip: Skip = (bytes, from) => fields.reduce((at, field) => field(bytes, at), from);
        // Before its fields, which may be of the same type.
        records.set(shape.full, skip);
        fields = shape.schema.fields.map(({ type }) => compile({ schema: type, namespace: shape.namespace }));
        return skip;
      }
    }
  };
  return compile({ schema, namespace: '' });
}

const within = (bytes: Buffer, to: number): number => {
  if (to > bytes.length) throw new Error('the bytes end within a row');
  return to;
};

const fixed =
  (size: number): Skip =>
  (bytes, from) =>
    within(bytes, from + size);

/** A string or bytes: a length and as much. */
const counted: Skip = (bytes, from) => {
  const { value, to } = readLong(bytes, from);
  return within(bytes, to + Number(value));
};

function primitive(type: string): Skip {
  switch (type) {
    case 'null':
      return (_, from) => from;
    case 'boolean':
      return fixed(1);
    case 'float':
      return fixed(4);
    case 'double':
      return fixed(8);
    case 'string':
    case 'bytes':
      return counted;
    default:
      return (bytes, from) => readLong(bytes, from).to;
  }
}

const blocks =
  (item: Skip): Skip =>
  (bytes, from) => {
    let at = from;
    for (;;) {
      const { value: count, to } = readLong(bytes, at);
      at = to;
      if (count === 0n) return at;
      if (count < 0n) {
        const { value: size, to: begin } = readLong(bytes, at);
        at = within(bytes, begin + Number(size));
      } else for (let n = 0n; n < count; n++) at = item(bytes, at);
    }
  };

/** A zigzag varint. */
export function readLong(bytes: Buffer, from: number): { value: bigint; to: number } {
  let raw = 0n;
  for (let at = from, shift = 0n; ; at++, shift += 7n) {
    const byte = bytes[at];
    if (byte === undefined || shift > 63n) throw new Error('the bytes end within a number');
    raw |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return { value: (raw >> 1n) ^ -(raw & 1n), to: at + 1 };
  }
}

export function writeLong(value: bigint | number): Buffer {
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
  const bytes: number[] = [];
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}
