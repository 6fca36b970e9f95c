import {
  fullName,
  namespaceOf,
  type AvroFixed,
  type AvroNamed,
  type AvroRecord,
  type AvroSchema,
} from './avro-schema.ts';
import type { ByteWriter } from './byte-writer.ts';
import { JsonTranscoding, mostDecimalDigits } from './json-transcoding.ts';

export { MalformedAvro } from './json-transcoding.ts';

/**
 * Appends the JSON object of one Avro body to `out`. On an error (MalformedAvro) `out` is as long as before.
 *
 * The rules: longs exact, also beyond 2^53; NaN and infinities null; bytes and fixed as base64; dates, times and timestamps as
 * ISO 8601 text; decimals as exact text; uuid as text; durations as ISO 8601; a union's value without its branch name.
 */
export type Transcoder = (avro: Buffer, out: ByteWriter) => void;

/** One transcoding at a time in a thread: the state is shared by all schemas. */
const transcoding = new JsonTranscoding();

/**
 * Compiles a writer schema into the straight line of calls that transcodes its records.
 *
 * The generated text is made of method names of this file and of numbers only; every name and symbol of the schema stays in a
 * table of byte constants, so that a hostile schema has nothing to inject code with.
 *
 * @param references named types that the schema refers to without defining them
 * @throws Error when the schema names a type that nobody defines, or no Avro type
 */
export function compileTranscoder(schema: AvroSchema, references: readonly AvroSchema[] = []): Transcoder {
  const program = new Program();
  for (const reference of references) program.type(reference, '');
  const root = program.type(schema, '');
  // The only code is calls with numbers: see `Program`.
  const compiled = new Function('t', 'k', `"use strict";${program.functions()}return function(){${root}}`) as (
    t: JsonTranscoding,
    k: readonly unknown[],
  ) => () => void;
  const run = compiled(transcoding, program.constants);
  return (avro, out) => {
    const start = out.length;
    try {
      transcoding.begin(avro, out);
      run();
      transcoding.finish();
    } catch (error) {
      out.length = start;
      throw error;
    }
  };
}

const primitives = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'string', 'bytes']);

/** The code of each type, and the constants it refers to as `k[n]`. Named types become functions `f<n>`, so that they may recur. */
class Program {
  readonly constants: unknown[] = [];
  readonly #named = new Map<string, string>();
  readonly #bodies: string[] = [];

  functions(): string {
    return this.#bodies.map((body, index) => `function f${index}(){${body}}`).join('');
  }

  #constant(value: unknown): string {
    return `k[${this.constants.push(value) - 1}]`;
  }

  #literal(text: string): string {
    return `t.literal(${this.#constant(Buffer.from(text))});`;
  }

  type(schema: AvroSchema, namespace: string): string {
    if (typeof schema === 'string') return this.#reference(schema, namespace);
    if (Array.isArray(schema)) return this.#union(schema as readonly AvroSchema[], namespace);
    const { type } = schema as Exclude<AvroSchema, string | readonly AvroSchema[]>;
    switch (type) {
      case 'record':
      case 'error':
      case 'enum':
      case 'fixed':
        return this.#define(schema as AvroNamed, namespace);
      case 'array':
        return this.#repeat(0x5b, 0x5d, this.type((schema as { items: AvroSchema }).items, namespace));
      case 'map':
        return this.#repeat(
          0x7b,
          0x7d,
          `t.string();t.open(58);${this.type((schema as { values: AvroSchema }).values, namespace)}`,
        );
      default:
        return this.#logical(schema as { type: AvroSchema; logicalType?: unknown; scale?: unknown }, namespace);
    }
  }

  #reference(name: string, namespace: string): string {
    if (primitives.has(name)) return `t.${name}();`;
    const call = this.#named.get(fullName({ name }, namespace)) ?? this.#named.get(name);
    if (call === undefined) throw new Error(`the schema refers to ${JSON.stringify(name)}, which it does not define`);
    return call;
  }

  #union(branches: readonly AvroSchema[], namespace: string): string {
    const cases = branches.map((branch, index) => `case ${index}:${this.type(branch, namespace)}break;`);
    return `switch(t.branch(${branches.length})){${cases.join('')}}`;
  }

  #repeat(open: number, close: number, item: string): string {
    return `t.enter();t.open(${open});for(let n=t.blockCount();n!==0;n=t.blockCount())for(;n>0;n--){${item}t.itemEnd();}t.close(${close});t.leave();`;
  }

  #define(schema: AvroNamed, namespace: string): string {
    const full = fullName(schema, namespace);
    if (schema.type === 'enum') {
      const symbols = schema.symbols.map((symbol) => Buffer.from(JSON.stringify(symbol)));
      return this.#name(full, `t.enumeration(${this.#constant(symbols)});`);
    }
    if (schema.type === 'fixed') return this.#name(full, this.#fixed(schema));
    // Named before its body is known, as the body may refer to it.
    const index = this.#bodies.push('') - 1;
    const call = this.#name(full, `f${index}();`);
    this.#bodies[index] = this.#record(schema, namespaceOf(full));
    return call;
  }

  #name(full: string, call: string): string {
    this.#named.set(full, call);
    return call;
  }

  #record(schema: AvroRecord, namespace: string): string {
    if (schema.fields.length === 0) return this.#literal('{}');
    const fields = schema.fields.map((field, index) => {
      const key = `${index === 0 ? '{' : ','}${JSON.stringify(field.name)}:`;
      return this.#literal(key) + this.type(field.type, namespace);
    });
    return `t.enter();${fields.join('')}t.open(125);t.leave();`;
  }

  #fixed(schema: AvroFixed): string {
    const size = wholeNumber(schema.size);
    if (size === undefined) throw new Error('the schema has a fixed type without a size');
    const scale = decimalScale(schema.scale);
    if (schema.logicalType === 'decimal' && scale !== undefined) return `t.decimalFixed(${size},${scale});`;
    if (schema.logicalType === 'uuid' && size === 16) return 't.uuidFixed();';
    if (schema.logicalType === 'duration' && size === 12) return 't.duration();';
    return `t.fixed(${size});`;
  }

  /** A logical type counts only on the type it is defined for; otherwise the underlying type is used, as the specification asks. */
  #logical(schema: { type: AvroSchema; logicalType?: unknown; scale?: unknown }, namespace: string): string {
    const { type, logicalType } = schema;
    const plain = () => this.type(type, namespace);
    if (type === 'int') {
      if (logicalType === 'date') return 't.date();';
      if (logicalType === 'time-millis') return 't.timeOfDay(3);';
    } else if (type === 'long') {
      if (logicalType === 'time-micros') return 't.timeOfDay(6);';
      const match = /^(local-)?timestamp-(millis|micros|nanos)$/.exec(String(logicalType));
      const digits = match?.[2] === 'millis' ? 3 : match?.[2] === 'micros' ? 6 : 9;
      if (match !== null) return `t.timestamp(${digits},${match[1] === undefined ? '"Z"' : '""'});`;
    } else if (type === 'bytes' && logicalType === 'decimal') {
      const scale = decimalScale(schema.scale);
      if (scale !== undefined) return `t.decimalBytes(${scale});`;
    }
    return plain();
  }
}

/** The scale of a decimal, 0 where absent; undefined where it is none: then the logical type does not count. */
const decimalScale = (scale: unknown = 0): number | undefined => {
  const digits = wholeNumber(scale);
  return digits === undefined || digits > mostDecimalDigits ? undefined : digits;
};

const wholeNumber = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
