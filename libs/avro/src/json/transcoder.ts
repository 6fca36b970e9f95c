import type { AvroField, AvroSchema } from '../schema/avro-schema.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { defaultAvro } from '../resolution/default-avro.ts';
import { plainJson, type JsonRules } from './json-rules.ts';
import { jsonTarget } from './json-target.ts';
import { JsonTranscoding } from './json-transcoding.ts';
import { Constants, ResolutionProgram, type Stamp } from '../resolution/resolution-program.ts';
import type { Substitutions } from '../resolution/substitution.ts';

export { MalformedAvro } from '../walk/avro-walk.ts';

/**
 * Appends the JSON of one Avro body, which lies between `from` (0) and `to` (the end), to `out`.
 *
 * Longs are exact, also beyond 2^53 (as text in rows); NaN and infinities are text; bytes and fixed are base64; dates, times, timestamps
 * and durations are ISO 8601 text; decimals are exact text; a uuid is text; a string of the logical type `json` is the JSON that it holds;
 * a union's value has no branch name.
 *
 * @param eventTimeMs the event time in milliseconds since 1970, for a transcoder with a stamp
 * @returns what the destination cannot hold exactly: see `Substitution`; undefined if nothing
 * @throws MalformedAvro; then `out` is as long as before
 */
export type Transcoder = (
  avro: Buffer,
  out: ByteWriter,
  from?: number,
  to?: number,
  eventTimeMs?: number,
) => Substitutions | undefined;

/** Shared by all schemas: a thread transcodes one record at a time. */
const transcoding = new JsonTranscoding();

/**
 * Compiles a writer schema into the sequence of calls that transcodes its records.
 *
 * With a reader schema the JSON is the reader's, by Avro's rules of schema resolution
 * (https://avro.apache.org/docs/1.12.0/specification/#schema-resolution). Fields that the reader lacks are kept as the writer has them,
 * unless the rules leave them out; fields that the writer lacks get their defaults; aliases are followed and numbers promoted. A record
 * that holds what cannot be resolved is a MalformedAvro.
 *
 * The generated code consists of method names and numbers only. Every name and symbol of a schema stays in a table of constants, so that
 * a hostile schema cannot inject code.
 *
 * @param references named types that the writer's schema refers to without defining them
 * @param stamp makes each value a record that begins with its event time
 * @throws Error when a schema refers to a type that is not defined
 */
export function compileTranscoder(
  schema: AvroSchema,
  references: readonly AvroSchema[] = [],
  reader: AvroSchema = schema,
  rules = plainJson,
  stamp?: Stamp,
): Transcoder {
  const constants = new Constants();
  const target = jsonTarget(constants, rules, (record, field) => defaultJson(reader, record, field, rules), stamp);
  const { functions, root } = new ResolutionProgram({ schema, references, reader }, { target, constants });
  // The code is calls with numbers only: see `Target`.
  const compiled = new Function('t', 'k', `"use strict";${functions}return function(){${root}}`) as (
    t: JsonTranscoding,
    k: readonly unknown[],
  ) => () => void;
  const run = compiled(transcoding, constants.all);
  return (avro, out, from = 0, to = avro.length, eventTimeMs) => {
    const start = out.length;
    try {
      transcoding.write(avro, out, from, to, eventTimeMs);
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
