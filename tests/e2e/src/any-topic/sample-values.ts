import { SchemaNames, type AvroSchema, type Place } from '@sluice/avro';
import type { Random } from '@sluice/random';
import { bytes, decimal, long, type Sent, type SentRecord } from '../foreign/fastavro.ts';
import { meaningOf } from './expected-values.ts';

const texts = [
  '',
  'plain',
  'with "quotes", \\ and\ttabs',
  '한국어 텍스트',
  'naïve façade 🎈',
  '2026-03-05',
  '17',
  'null',
  '<a href="x">&</a>',
];
const dayMs = 86_400_000;
const startMs = Date.UTC(2026, 0, 1);

/** A value of a schema, drawn so that a seed repeats it, as fastavro takes it. */
export function sampleValue(schema: AvroSchema, random: Random): SentRecord {
  const names = new SchemaNames([schema]);
  const draw = (place: Place): Sent => {
    const shape = names.shape(place);
    switch (shape.kind) {
      case 'record':
        return Object.fromEntries(
          shape.schema.fields.map(({ name, type }) => [name, draw({ schema: type, namespace: shape.namespace })]),
        );
      case 'array':
        return Array.from({ length: random.whole(0, 3) }, () => draw(shape.items));
      case 'map':
        return Object.fromEntries(
          Array.from({ length: random.whole(0, 3) }, (_, n) => [`key ${n}`, draw(shape.values)]),
        );
      case 'enum':
        return random.pick(shape.schema.symbols);
      case 'union':
        return draw(random.pick(shape.branches));
      case 'fixed':
        return bytes(Buffer.alloc(shape.schema.size, random.whole(0, 255)));
      case 'primitive':
        return drawPrimitive(shape, random);
    }
  };
  const value = draw({ schema, namespace: '' });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('a sample is of a record');
  return value as SentRecord;
}

/** Times are sent as whole numbers: fastavro takes both. */
function drawPrimitive(shape: { type: string; logicalType?: unknown; scale?: unknown }, random: Random): Sent {
  const millis = startMs + random.whole(0, 300 * dayMs);
  switch (meaningOf(shape)) {
    case 'timestamp-millis':
    case 'local-timestamp-millis':
      return millis;
    case 'local-timestamp-nanos':
      return long(`${BigInt(millis) * 1_000_000n + BigInt(random.whole(0, 999_999))}`);
    case 'timestamp-micros':
    case 'local-timestamp-micros':
      return millis * 1000 + random.whole(0, 999);
    case 'date':
      return Math.floor(millis / dayMs);
    case 'time-millis':
      return millis % dayMs;
    case 'time-micros':
      return (millis % dayMs) * 1000 + random.whole(0, 999);
    case 'decimal':
      return decimal(
        `${random.pick(['', '-'])}${random.whole(0, 99_999)}.${'1234567890'.slice(0, Number(shape.scale))}`,
      );
    case 'uuid':
      return `00112233-4455-6677-8899-${String(random.whole(0, 999_999_999_999)).padStart(12, '0')}`;
  }
  switch (shape.type) {
    case 'null':
      return null;
    case 'boolean':
      return random.pick([true, false]);
    case 'int':
      return random.pick([0, -1, 2 ** 31 - 1, -(2 ** 31), random.whole(-1000, 1000)]);
    case 'long':
      return random.pick([0, 2 ** 53 - 1, -(2 ** 53 - 1), random.whole(0, 1e12)]);
    case 'float':
      // What a float holds exactly.
      return random.whole(-4000, 4000) / 4;
    case 'double':
      return random.pick([0.1, -1.5e300, 12.25, random.whole(0, 1e9) / 7]);
    case 'bytes':
      return bytes(Buffer.from(random.pick(texts)));
    default:
      return random.pick(texts);
  }
}
