import type { AvroField, AvroRecord } from '../schema/avro-schema.ts';

/** A record's schema. */
export const record = (fields: readonly AvroField[], name = 'R'): AvroRecord => ({ type: 'record', name, fields });
/** A field that is an int. */
export const int = (name: string): AvroField => ({ name, type: 'int' });
