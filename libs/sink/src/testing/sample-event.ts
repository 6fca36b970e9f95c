import type { AvroField, AvroNamed, AvroSchema } from '@sluice/avro';
import type { EventContract } from '@sluice/contracts';

/** What is special about a sample. */
export interface SampleStyle {
  /** Makes the texts of fields that are neither in the id nor in the key; nullable ones are null unless it is given. */
  text?: (plain: string) => string;
  /** Makes the texts of the other fields. */
  idText?: (plain: string) => string;
  /** Its time: `n` seconds after a moment that is about a day ago, unless given. */
  timeMs?: number;
}

const keep = (plain: string) => plain;

/**
 * An event that fits a contract, whatever the contract: `n` makes it different from its neighbours, `run` from those of other test
 * runs. Null where it may be null.
 */
export function sampleEvent(
  contract: EventContract,
  run: string,
  n: number,
  { text, idText = keep, timeMs }: SampleStyle = {},
): Record<string, unknown> {
  const named = new Map<string, AvroNamed>();
  const time = new Date(timeMs ?? Math.floor(Date.now() / 1000) * 1000 - 24 * 3_600_000 + n * 1000);
  const idFields = new Set([
    ...contract.id.map((part) => (typeof part === 'string' ? part : part.field)),
    ...contract.key,
  ]);

  const record = (fields: readonly AvroField[]): Record<string, unknown> =>
    Object.fromEntries(fields.map(({ name, type }) => [name, sample(type, name)]));

  const sample = (schema: AvroSchema, field: string): unknown => {
    if (isUnion(schema)) {
      if (text !== undefined && schema.includes('string')) return sample('string', field);
      return schema.includes('null') ? null : sample(schema[0] ?? 'null', field);
    }
    if (typeof schema === 'string')
      return named.has(schema) ? sample(named.get(schema) ?? 'null', field) : primitive(schema, field);
    if ('name' in schema) named.set(schema.name, schema).set(`${schema.namespace ?? ''}.${schema.name}`, schema);
    if ('fields' in schema) return record(schema.fields);
    if ('symbols' in schema) return schema.symbols[0];
    if ('size' in schema) return Buffer.alloc(schema.size);
    if ('items' in schema) return [];
    if ('values' in schema) return {};
    if ('logicalType' in schema && schema.logicalType === 'timestamp-millis') return time;
    return sample(schema.type, field);
  };

  const primitive = (type: string, field: string): unknown => {
    switch (type) {
      case 'null':
        return null;
      case 'boolean':
        return n % 2 === 0;
      case 'string':
        return (idFields.has(field) ? idText : (text ?? keep))(`${field}-${run}-${n}`);
      case 'bytes':
        return Buffer.from(`${field}-${n}`);
      default:
        return n;
    }
  };

  return record(contract.schema.fields);
}

const isUnion = (schema: AvroSchema): schema is readonly AvroSchema[] => Array.isArray(schema);
