import type { Shape } from './schema-names.ts';
import { mostDecimalDigits } from '../walk/avro-walk.ts';

/** The meaning of a number or bytes: https://avro.apache.org/docs/1.12.0/specification/#logical-types, and our own `json`. */
export type Logical =
  | { kind: 'instant' | 'local time' | 'time of day'; digits: 3 | 6 | 9 }
  | { kind: 'decimal'; scale: number; precision: unknown }
  | { kind: 'date' | 'uuid' | 'duration' | 'json' };

type Scalar = Extract<Shape, { kind: 'primitive' | 'fixed' }>;

/** Decimal places of a second. */
const digitsOf = { millis: 3, micros: 6, nanos: 9 } as const;

/** The logical type, if it is defined for the underlying type. Otherwise the specification says to use the underlying type. */
export function logicalOf(shape: Scalar): Logical | undefined {
  if (shape.kind === 'fixed') {
    const { logicalType, size, scale, precision } = shape.schema;
    if (logicalType === 'uuid' && size === 16) return { kind: 'uuid' };
    if (logicalType === 'duration' && size === 12) return { kind: 'duration' };
    return decimal(logicalType, scale, precision);
  }
  const { type, logicalType } = shape;
  switch (type) {
    case 'int':
      if (logicalType === 'date') return { kind: 'date' };
      return logicalType === 'time-millis' ? { kind: 'time of day', digits: 3 } : undefined;
    case 'long': {
      if (logicalType === 'time-micros') return { kind: 'time of day', digits: 6 };
      const match = /^(local-)?timestamp-(millis|micros|nanos)$/.exec(String(logicalType));
      if (match === null) return undefined;
      const digits = digitsOf[match[2] as keyof typeof digitsOf];
      return { kind: match[1] === undefined ? 'instant' : 'local time', digits };
    }
    case 'bytes':
      return decimal(logicalType, shape.scale, shape.precision);
    case 'string':
      return logicalType === 'uuid' || logicalType === 'json' ? { kind: logicalType } : undefined;
    default:
      return undefined;
  }
}

/** A missing scale is 0; with an invalid or absurdly large one, the logical type does not count. */
function decimal(logicalType: unknown, scale: unknown = 0, precision?: unknown): Logical | undefined {
  const isScale = typeof scale === 'number' && Number.isSafeInteger(scale) && scale >= 0 && scale <= mostDecimalDigits;
  return logicalType === 'decimal' && isScale ? { kind: 'decimal', scale, precision } : undefined;
}

export const isDecimal = (shape: Scalar): boolean => logicalOf(shape)?.kind === 'decimal';
