import type { AvroField, AvroNamed, AvroSchema } from '@sluice/avro';
import type { EventContract } from '@sluice/contracts';

/**
 * An event that fits a contract, whatever the contract: `n` makes it different from its neighbours, `run` from those of other test
 * runs. Null where it may be null; its time is `n` seconds after a moment that is about a day ago.
 */
export function sampleEvent(contract: EventContract, run: string, n: number): Record<string, unknown> {
  const named = new Map<string, AvroNamed>();
  const startMs = Math.floor(Date.now() / 1000) * 1000 - 24 * 3_600_000;

  const record = (fields: readonly AvroField[]): Record<string, unknown> =>
    Object.fromEntries(fields.map(({ name, type }) => [name, sample(type, name)]));

  const sample = (schema: AvroSchema, field: string): unknown => {
    if (isUnion(schema)) return schema.includes('null') ? null : sample(schema[0] ?? 'null', field);
    if (typeof schema === 'string')
      return named.has(schema) ? sample(named.get(schema) ?? 'null', field) : primitive(schema, field);
    if ('name' in schema) named.set(schema.name, schema).set(`${schema.namespace ?? ''}.${schema.name}`, schema);
    if ('fields' in schema) return record(schema.fields);
    if ('symbols' in schema) return schema.symbols[0];
    if ('size' in schema) return Buffer.alloc(schema.size);
    if ('items' in schema) return [];
    if ('values' in schema) return {};
    if ('logicalType' in schema && schema.logicalType === 'timestamp-millis') return new Date(startMs + n * 1000);
    return sample(schema.type, field);
  };

  const primitive = (type: string, field: string): unknown => {
    switch (type) {
      case 'null':
        return null;
      case 'boolean':
        return n % 2 === 0;
      case 'string':
        return `${field}-${run}-${n}`;
      case 'bytes':
        return Buffer.from(`${field}-${n}`);
      default:
        return n;
    }
  };

  return record(contract.schema.fields);
}

const isUnion = (schema: AvroSchema): schema is readonly AvroSchema[] => Array.isArray(schema);
