import type { AvroField, AvroSchema } from '../schema/avro-schema.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { defaultAvro } from '../resolution/default-avro.ts';
import { plainJson, type JsonRules } from './json-rules.ts';
import { jsonTarget } from './json-target.ts';
import { JsonTranscoding } from './json-transcoding.ts';
import { Constants, ResolutionProgram } from '../resolution/resolution-program.ts';
import type { Substitutions } from '../resolution/substitution.ts';

export { MalformedAvro } from '../walk/avro-walk.ts';

/**
 * Appends the JSON object of one Avro body, which lies between `from` (0) and `to` (the end), to `out`. On an error (MalformedAvro) `out` is as long as
 * before.
 *
 * The rules: longs exact, also beyond 2^53 (as text in rows); NaN and infinities as text; bytes and fixed as base64; dates, times and
 * timestamps as ISO 8601 text; decimals as exact text; uuid as text; durations as ISO 8601; a string of the logical type `json` as the
 * JSON that it holds; a union's value without its branch name. For names see `documentNames` and `rowNames`.
 *
 * @returns what the form cannot hold as it is: see `Substitution`; undefined where that is nothing
 */
export type Transcoder = (avro: Buffer, out: ByteWriter, from?: number, to?: number) => Substitutions | undefined;

/** One transcoding at a time in a thread: the state is shared by all schemas. */
const transcoding = new JsonTranscoding();

/**
 * Compiles a writer schema into the straight line of calls that transcodes its records.
 *
 * With a reader schema the JSON is the reader's, by Avro's rules of schema resolution: fields that it does not know are kept as the
 * writer has them, unless the form leaves them out, fields that the writer did not have get their defaults, aliases are followed, numbers promoted
 * (https://avro.apache.org/docs/1.12.0/specification/#schema-resolution). What cannot be resolved is a MalformedAvro for each record
 * that holds it.
 *
 * The generated text is made of method names and of numbers only; every name and symbol of a schema stays in a table of byte
 * constants, so that a hostile schema has nothing to inject code with.
 *
 * @param references named types that the writer's schema refers to without defining them
 * @throws Error when a schema names a type that nobody defines, or no Avro type
 */
export function compileTranscoder(
  schema: AvroSchema,
  references: readonly AvroSchema[] = [],
  reader: AvroSchema = schema,
  rules = plainJson,
): Transcoder {
  const constants = new Constants();
  const target = jsonTarget(constants, rules, (record, field) => defaultJson(reader, record, field, rules));
  const { functions, root } = new ResolutionProgram({ schema, references, reader }, { target, constants });
  // The only code is calls with numbers: see `Target`.
  const compiled = new Function('t', 'k', `"use strict";${functions}return function(){${root}}`) as (
    t: JsonTranscoding,
    k: readonly unknown[],
  ) => () => void;
  const run = compiled(transcoding, constants.all);
  return (avro, out, from = 0, to = avro.length) => {
    const start = out.length;
    try {
      transcoding.write(avro, out, from, to);
      run();
      transcoding.finish();
      return transcoding.substitutions;
    } catch (error) {
      out.length = start;
      throw error;
    }
  };
}

/** The JSON of a field's default: transcoded, so that it follows the rules of any other value. */
function defaultJson(schema: AvroSchema, record: string, field: AvroField, rules: JsonRules): string {
  const out = new ByteWriter(64);
  const { schema: alone, avro } = defaultAvro(schema, record, field);
  compileTranscoder(alone, [schema], undefined, rules)(avro, out);
  return out.written().toString().slice('{"x":'.length, -1);
}
