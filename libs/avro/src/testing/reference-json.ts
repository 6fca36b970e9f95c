import avsc from 'avsc';
import type { AvroSchema } from '../schema/avro-schema.ts';
import { branchName, type FixedNode, type Node, type PrimitiveNode } from './schema-graph.ts';

/** Longs as bigints: the reference must be exact where numbers are not. */
const exactLong = avsc.types.LongType.__with(
  {
    fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
    toBuffer: (value: bigint) => {
      const buffer = Buffer.alloc(8);
      buffer.writeBigInt64LE(value);
      return buffer;
    },
    fromJSON: BigInt,
    toJSON: String,
    isValid: (value: unknown) => typeof value === 'bigint',
    compare: (a: bigint, b: bigint) => (a === b ? 0 : a < b ? -1 : 1),
  },
  false,
);

/** avsc's type of a schema, with bigints for longs and wrapped unions. */
export const avscType = (schema: AvroSchema): avsc.Type =>
  avsc.Type.forSchema(structuredClone(schema) as avsc.Schema, { registry: { long: exactLong }, wrapUnions: true });

/** Parsed JSON that keeps every number as its text. */
export const parseExactly = (text: string): unknown =>
  JSON.parse(text, (_key, value: unknown, context?: { source: string }) =>
    typeof value === 'number' ? { number: context?.source } : value,
  );

/** A float or double as JSON text: NaN and the infinities are texts. */
const realJson = (value: number): string => {
  if (Object.is(value, -0)) return '-0.0';
  return Number.isFinite(value) ? String(value) : `"${value}"`;
};

/** The JSON text of what avsc decodes: written apart from the transcoder, by other means. */
export function referenceJson(node: Node, value: unknown): string {
  switch (node.kind) {
    case 'primitive':
      return primitiveJson(node, value);
    case 'fixed':
      return fixedJson(node, value as Buffer);
    case 'enum':
      return JSON.stringify(value);
    case 'array':
      return `[${(value as unknown[]).map((item) => referenceJson(node.items, item)).join(',')}]`;
    case 'map':
      return object(Object.entries(value as object).map(([key, item]) => [key, referenceJson(node.values, item)]));
    case 'record':
      return object(
        node.fields.map(({ name, type }) => [name, referenceJson(type, (value as Record<string, unknown>)[name])]),
      );
    case 'union': {
      if (value === null) return 'null';
      const [[name, inner] = ['', undefined]] = Object.entries(value as object);
      const branch = node.branches.find((one) => branchName(one) === name);
      if (branch === undefined) throw new Error(`the union has no branch ${name}`);
      return referenceJson(branch, inner);
    }
  }
}

const object = (entries: readonly (readonly [string, string])[]) =>
  `{${entries.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`;

function primitiveJson({ type, logicalType, scale }: PrimitiveNode, value: unknown): string {
  switch (type) {
    case 'float':
      return realJson(Math.fround(Number(value)));
    case 'double':
      return realJson(Number(value));
    case 'bytes':
      return logicalType === 'decimal'
        ? decimalJson(value as Buffer, scale ?? 0)
        : JSON.stringify((value as Buffer).toString('base64'));
    case 'int':
    case 'long':
      return timeJson(BigInt(value as bigint | number), logicalType) ?? String(value);
    default:
      return logicalType === 'json' ? heldJson(String(value)) : JSON.stringify(value);
  }
}

/** Random texts have no name twice, and are not deep. */
function heldJson(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
}

function fixedJson({ logicalType, scale }: FixedNode, value: Buffer): string {
  const hex = value.toString('hex');
  if (logicalType === 'decimal') return decimalJson(value, scale ?? 0);
  if (logicalType === 'uuid') return JSON.stringify(hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
  if (logicalType !== 'duration') return JSON.stringify(value.toString('base64'));
  const [months, days, millis] = [value.readUInt32LE(0), value.readUInt32LE(4), value.readUInt32LE(8)];
  return `"P${months}M${days}DT${(millis / 1000).toFixed(3)}S"`;
}

function decimalJson(value: Buffer, scale: number): string {
  const negative = (value[0] ?? 0) >= 128;
  let size = value.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  if (negative) size = 256n ** BigInt(value.length) - size;
  const unit = 10n ** BigInt(scale);
  const fraction = scale === 0 ? '' : `.${String(unit + (size % unit)).slice(1)}`;
  return `"${negative ? '-' : ''}${size / unit}${fraction}"`;
}

/** Digits after a second's point. */
const digitsOf: Readonly<Record<string, number>> = { millis: 3, micros: 6, nanos: 9 };

/** @returns undefined where the number stays one */
function timeJson(value: bigint, logicalType: string | undefined): string | undefined {
  if (logicalType === undefined) return undefined;
  if (logicalType === 'date') {
    const day = instant(value * 86_400n);
    return day && JSON.stringify(day.slice(0, 10));
  }
  const digits = digitsOf[logicalType.slice(logicalType.lastIndexOf('-') + 1)] ?? 0;
  const perSecond = 10n ** BigInt(digits);
  const fraction = ((value % perSecond) + perSecond) % perSecond;
  const second = (value - fraction) / perSecond;
  const isTime = logicalType.startsWith('time-');
  if (isTime && (second < 0n || second >= 86_400n)) return undefined;
  const date = instant(second);
  if (date === undefined) return undefined;
  const text = `${isTime ? date.slice(11) : date}.${String(fraction).padStart(digits, '0')}`;
  return `"${text}${logicalType.startsWith('timestamp') ? 'Z' : ''}"`;
}

/** A second since the epoch as `YYYY-MM-DDTHH:MM:SS`; undefined outside the years 0001 to 9999. */
function instant(second: bigint): string | undefined {
  const date = new Date(Number(second) * 1000);
  if (Number.isNaN(date.getTime()) || !/^(?!0000)\d{4}-/.test(date.toISOString())) return undefined;
  return date.toISOString().slice(0, 19);
}
