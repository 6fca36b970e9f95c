import { SchemaNames, type AvroSchema, type Place } from '@sluice/avro';
import type { Sent } from '../foreign/fastavro.ts';

const dayMs = 86_400_000;
const isoOf = (millis: number) => new Date(millis).toISOString();

/** What the documentation promises for a value that was sent: its JSON. Written here once more, and not by Sluice's own code. */
export function expectedValue(schema: AvroSchema, sent: Sent): unknown {
  const names = new SchemaNames([schema]);
  const seen = (place: Place, value: Sent): unknown => {
    const shape = names.shape(place);
    switch (shape.kind) {
      case 'record':
        return Object.fromEntries(
          shape.schema.fields.map(({ name, type }) => [
            name,
            seen({ schema: type, namespace: shape.namespace }, (value as Record<string, Sent>)[name] ?? null),
          ]),
        );
      case 'array':
        return (value as readonly Sent[]).map((item) => seen(shape.items, item));
      case 'map':
        return Object.fromEntries(
          Object.entries(value as object).map(([key, one]) => [key, seen(shape.values, one as Sent)]),
        );
      case 'enum':
        return value;
      case 'fixed':
        return tagged(value, '$bytes');
      case 'union': {
        if (value === null) return null;
        const others = shape.branches.filter((branch) => !isNull(names, branch));
        const [only] = others;
        if (only === undefined || others.length > 1) throw new Error('the samples have no other unions');
        return seen(only, value);
      }
      case 'primitive':
        return primitive(shape, value);
    }
  };
  return seen({ schema, namespace: '' }, sent);
}

const isNull = (names: SchemaNames, place: Place): boolean => {
  const shape = names.shape(place);
  return shape.kind === 'primitive' && shape.type === 'null';
};

const tagged = (value: Sent, tag: string): unknown => (value as Record<string, Sent>)[tag];

const connectTypes: Readonly<Record<string, string>> = {
  Date: 'date',
  Time: 'time-millis',
  MicroTime: 'time-micros',
  Timestamp: 'local-timestamp-millis',
  MicroTimestamp: 'local-timestamp-micros',
  NanoTimestamp: 'local-timestamp-nanos',
};

/** What a type means by its own attributes, or by what Debezium calls it. */
export const meaningOf = (shape: { logicalType?: unknown }): unknown =>
  shape.logicalType ??
  connectTypes[/^io\.debezium\.time\.(\w+)$/.exec(String(Reflect.get(shape, 'connect.name')))?.[1] ?? ''];

function primitive(shape: { type: string; logicalType?: unknown }, value: Sent): unknown {
  const { type } = shape;
  const logicalType = meaningOf(shape);
  const micros = (whole: number) =>
    `${isoOf(Math.floor(whole / 1000)).slice(0, -1)}${String(whole % 1000).padStart(3, '0')}`;
  switch (logicalType) {
    case 'timestamp-millis':
      return isoOf(Number(value));
    case 'local-timestamp-millis':
      return isoOf(Number(value)).slice(0, -1);
    case 'timestamp-micros':
      return `${micros(Number(value))}Z`;
    case 'local-timestamp-micros':
      return micros(Number(value));
    case 'local-timestamp-nanos': {
      const nanos = BigInt(String(tagged(value, '$long')));
      return `${micros(Number(nanos / 1000n))}${String(nanos % 1000n).padStart(3, '0')}`;
    }
    case 'date':
      return isoOf(Number(value) * dayMs).slice(0, 10);
    case 'time-millis':
      return isoOf(Number(value)).slice(11, -1);
    case 'time-micros':
      return micros(Number(value)).slice(11);
    case 'decimal':
      return tagged(value, '$decimal');
    default:
      return type === 'bytes' ? tagged(value, '$bytes') : value;
  }
}

/**
 * Values as they can be compared: BigQuery says neither how many digits a decimal or a second was written with, nor in
 * which order keys came.
 */
export function comparable(value: unknown): unknown {
  if (typeof value === 'string') {
    const text = value.replace(
      /^(-?\d+|.*\d\d:\d\d:\d\d)\.(\d*?)0*(Z?)$/,
      (_, whole: string, digits: string, zone: string) => (digits === '' ? whole + zone : `${whole}.${digits}${zone}`),
    );
    return text.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d)/, '$1T$2');
  }
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  // BigQuery does not tell a record without a value from one that has nothing but nulls.
  const inner = Object.values(value);
  if (inner.length > 0 && inner.every((one) => comparable(one) === null)) return null;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, inner]) => [name, comparable(inner)]),
  );
}

/** What an Avro file has of a value, without regard to logical types. */
export function storedAvro(sent: Sent): unknown {
  if (Array.isArray(sent)) return sent.map((item) => storedAvro(item as Sent));
  if (typeof sent !== 'object' || sent === null) return sent;
  const decimal = tagged(sent, '$decimal');
  if (typeof decimal === 'string')
    return { $bytes: unscaledBytes(BigInt(decimal.replace('.', ''))).toString('base64') };
  return Object.fromEntries(Object.entries(sent).map(([name, inner]) => [name, storedAvro(inner)]));
}

/** The shortest two's complement of a number, which is what fastavro writes. */
function unscaledBytes(value: bigint): Buffer {
  let length = 1;
  while (BigInt.asIntN(length * 8, value) !== value) length++;
  const hex = BigInt.asUintN(length * 8, value)
    .toString(16)
    .padStart(length * 2, '0');
  return Buffer.from(hex, 'hex');
}
