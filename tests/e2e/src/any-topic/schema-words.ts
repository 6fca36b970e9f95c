import type { AvroField, AvroSchema } from '@sluice/avro';

/** A type in few words: the name of a primitive, a list's item, a record's fields, or a schema in full. */
export type Words = string | readonly [Words] | { readonly [field: string]: Words } | { readonly $: AvroSchema };

const capitalized = (name: string) => name.replaceAll(/(?:^|_)([a-z])/g, (_, first: string) => first.toUpperCase());

/** The Avro schema of such words. @param name that of a record, and of those within it */
export function schemaOf(words: Words, name: string): AvroSchema {
  if (typeof words === 'string') return words;
  if (isList(words)) return { type: 'array', items: schemaOf(words[0], `${name}Item`) };
  if ('$' in words) return words.$ as AvroSchema;
  const fields = Object.entries(words as Readonly<Record<string, Words>>).map(([field, inner]): AvroField => ({
    name: field,
    type: schemaOf(inner, name + capitalized(field)),
  }));
  return { type: 'record', name, fields };
}

const isList = (words: Words): words is readonly [Words] => Array.isArray(words);

const full = ($: AvroSchema): { $: AvroSchema } => ({ $ });
const logical = (type: string, logicalType: string, more: object = {}) => full({ type, logicalType, ...more });

export const millis = logical('long', 'timestamp-millis');
export const micros = logical('long', 'timestamp-micros');
export const localMillis = logical('long', 'local-timestamp-millis');
export const date = logical('int', 'date');
export const timeMillis = logical('int', 'time-millis');
export const timeMicros = logical('long', 'time-micros');
export const uuid = logical('string', 'uuid');
export const decimal = (precision: number, scale: number) => logical('bytes', 'decimal', { precision, scale });
export const maybe = (type: string | { readonly $: AvroSchema }) =>
  full(['null', typeof type === 'string' ? type : type.$]);
export const mapOf = (values: string) => full({ type: 'map', values });
export const enumOf = (name: string, ...symbols: readonly string[]) => full({ type: 'enum', name, symbols });
