import type { AvroField, AvroSchema } from '../schema/avro-schema.ts';
import { defaultAvro } from '../resolution/default-avro.ts';
import { Constants, ResolutionProgram } from '../resolution/resolution-program.ts';
import { ValueDecoding } from './value-decoding.ts';
import { valueTarget } from './value-target.ts';

/**
 * Makes the value of one Avro body, which lies between `from` (0) and `to` (the end).
 *
 * A timestamp-millis is a Date, any other number a number, bytes and fixed are Buffers (copies), a union's value has no branch name.
 * Records are plain objects that own all their fields, `__proto__` too; maps have no prototype. A whole number beyond 2^53, or a time
 * beyond the range of Date, cannot be held exactly: reading that property throws a MalformedAvro that names the field. Defaults are
 * shared and frozen.
 *
 * @throws MalformedAvro when the bytes do not fit the schema, or cannot be resolved to the reader's
 */
export type Decoder = (avro: Buffer, from?: number, to?: number) => unknown;

/** Shared by all schemas: a thread decodes one record at a time. */
const decoding = new ValueDecoding();

/**
 * Compiles a writer's schema, and the reader's if it differs, into the code that decodes its records. It resolves schemas and generates
 * code by the same rules as `compileTranscoder`.
 *
 * @param references named types that the writer's schema refers to without defining them
 * @throws Error when a schema refers to a type that is not defined
 */
export function compileDecoder(
  schema: AvroSchema,
  references: readonly AvroSchema[] = [],
  reader: AvroSchema = schema,
): Decoder {
  const constants = new Constants();
  const target = valueTarget(constants, (record, field) => defaultValue(reader, record, field));
  const { functions, root } = new ResolutionProgram({ schema, references, reader }, { target, constants });
  const compiled = new Function('t', 'k', `"use strict";${functions}return function(){let v;${root}return v}`) as (
    t: ValueDecoding,
    k: readonly unknown[],
  ) => () => unknown;
  const run = compiled(decoding, constants.all);
  return (avro, from = 0, to = avro.length) => {
    decoding.begin(avro, from, to);
    const value = run();
    decoding.finish();
    return value;
  };
}

function defaultValue(schema: AvroSchema, record: string, field: AvroField): unknown {
  const { schema: alone, avro } = defaultAvro(schema, record, field);
  return (compileDecoder(alone, [schema])(avro) as { x: unknown }).x;
}
