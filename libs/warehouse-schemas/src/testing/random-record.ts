import type { AvroField, AvroRecord, AvroSchema } from '@sluice/avro';
import type { Random } from '@sluice/random';

const leaves: readonly AvroSchema[] = [
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'string',
  'bytes',
  { type: 'int', logicalType: 'date' },
  { type: 'long', logicalType: 'time-micros' },
  { type: 'long', logicalType: 'timestamp-millis' },
  { type: 'long', logicalType: 'timestamp-nanos' },
  { type: 'long', logicalType: 'local-timestamp-micros' },
  { type: 'bytes', logicalType: 'decimal', precision: 20, scale: 4 },
  { type: 'bytes', logicalType: 'decimal', precision: 60, scale: 30 },
  { type: 'bytes', logicalType: 'decimal', precision: 99, scale: 50 },
];

/** A random record of bounded size; some refer to themselves, some nest deeper than BigQuery goes. */
export function randomRecord({ below, chance, pick }: Random): AvroRecord {
  let names = 0;

  const type = (depth: number, around: readonly string[]): AvroSchema => {
    const kind =
      depth > 18 ? 'leaf' : pick(['leaf', 'leaf', 'record', 'array', 'map', 'optional', 'union', 'again', 'named']);
    switch (kind) {
      case 'record':
        return record(depth + 1, around);
      case 'array':
        return { type: 'array', items: type(depth + 1, around) };
      case 'map':
        return { type: 'map', values: type(depth + 1, around) };
      case 'optional': {
        const inner = type(depth + 1, around);
        return Array.isArray(inner) || inner === 'null' ? inner : ['null', inner];
      }
      case 'union':
        return ['null', 'string', 'long'];
      case 'again':
        return ['null', pick(around)];
      case 'named':
        return chance(0.5)
          ? { type: 'enum', name: `E${++names}`, symbols: ['A', 'B'] }
          : { type: 'fixed', name: `F${++names}`, size: 16, ...(chance(0.5) && { logicalType: 'uuid' }) };
      default:
        return pick(leaves);
    }
  };

  const record = (depth: number, around: readonly string[]): AvroRecord => {
    const name = `R${++names}`;
    const inside = [...around, name];
    const count = depth === 0 ? 6 : below(depth < 4 ? 4 : 2);
    const fields = Array.from({ length: count }, (_, n): AvroField => ({ name: `f${n}`, type: type(depth, inside) }));
    // A chain that now and then goes past the deepest RECORD.
    if (depth > 0 && depth < 19 && chance(0.5)) fields.push({ name: 'deeper', type: record(depth + 1, inside) });
    return { type: 'record', name, fields };
  };
  return record(0, []);
}
