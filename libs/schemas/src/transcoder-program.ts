import type { AvroField, AvroFixed, AvroRecord, AvroSchema } from './avro-schema.ts';
import { defaultJson } from './default-json.ts';
import { mostDecimalDigits } from './json-transcoding.ts';
import { SchemaNames, type Place, type Shape } from './schema-names.ts';
import { isPromotable, matchFields, matchingBranch, sameName } from './schema-resolution.ts';

/**
 * How JSON stands for a null where an array may be: as null in a document; as an empty array in a row, since BigQuery refuses a null
 * for a repeated column (https://cloud.google.com/bigquery/docs/nested-repeated#limitations).
 */
export type JsonForm = 'document' | 'row';

type Of<K extends Shape['kind']> = Extract<Shape, { kind: K }>;

/**
 * The text of a transcoder, and the constants it refers to as `k[n]`. Records become functions `f<n>`, and those to skip `s<n>`, so
 * that they may recur.
 */
export class TranscoderProgram {
  readonly constants: unknown[] = [];
  readonly text: string;
  readonly #writer: SchemaNames;
  readonly #reader: SchemaNames;
  readonly #readerSchema: AvroSchema;
  readonly #form: JsonForm;
  readonly #functions = new Map<string, string>();
  readonly #bodies: string[] = [];

  constructor(schema: AvroSchema, references: readonly AvroSchema[], reader: AvroSchema | undefined, form: JsonForm) {
    this.#form = form;
    this.#writer = new SchemaNames([...references, schema]);
    this.#reader = reader === undefined ? this.#writer : new SchemaNames([reader]);
    this.#readerSchema = reader ?? schema;
    const root = this.#value({ schema, namespace: '' }, { schema: this.#readerSchema, namespace: '' });
    this.text = `${this.#bodies.join('')}return function(){${root}}`;
  }

  #constant(value: unknown): string {
    return `k[${this.constants.push(value) - 1}]`;
  }

  #literal(text: string): string {
    return `t.literal(${this.#constant(Buffer.from(text))});`;
  }

  #mismatch(problem: string): string {
    return `t.mismatch(${this.#constant(problem)});`;
  }

  /** A function for a record: named before its body is known, as the body may refer to it. */
  #function(kind: 'f' | 's', id: string, body: () => string): string {
    const known = this.#functions.get(kind + id);
    if (known !== undefined) return known;
    const index = this.#bodies.push('') - 1;
    const call = `${kind}${index}();`;
    this.#functions.set(kind + id, call);
    this.#bodies[index] = `function ${kind}${index}(){${body()}}`;
    return call;
  }

  /** Reads what the writer wrote at one place, and writes it as what the reader has at another. */
  #value(writer: Place, reader: Place): string {
    const from = this.#writer.shape(writer);
    if (from.kind === 'union') {
      const { branches } = from;
      const cases = branches.map((branch, index) => {
        // Where both are one schema, a branch is itself: two branches may look the same from outside.
        const self = writer.schema === reader.schema;
        const text = this.#emptyForNull(this.#writer.shape(branch), self ? branches : []);
        return `case ${index}:${text ?? this.#value(branch, self ? branch : reader)}break;`;
      });
      return `switch(t.branch(${branches.length})){${cases.join('')}}`;
    }
    let to = this.#reader.shape(reader);
    if (to.kind === 'union') {
      const branch = matchingBranch(from, to.branches, (place) => this.#reader.shape(place));
      if (branch === undefined) return this.#mismatch(`${describe(from)} that no branch of the reader's union takes`);
      const text = this.#emptyForNull(from, to.branches);
      if (text !== undefined) return text;
      to = branch;
    }
    return this.#shape(from, to);
  }

  /** See `JsonForm`. */
  #emptyForNull(from: Shape, branches: readonly Place[]): string | undefined {
    const isNull = from.kind === 'primitive' && from.type === 'null';
    if (this.#form !== 'row' || !isNull) return undefined;
    return branches.some((place) => this.#reader.shape(place).kind === 'array') ? this.#literal('[]') : undefined;
  }

  #shape(from: Exclude<Shape, { kind: 'union' }>, to: Shape): string {
    const mismatch = () => this.#mismatch(`${describe(from)} where the reader has ${describe(to)}`);
    switch (from.kind) {
      case 'primitive':
        return to.kind === 'primitive' ? (this.#primitive(from, to) ?? mismatch()) : mismatch();
      case 'array':
        return to.kind === 'array' ? repeat(0x5b, 0x5d, this.#value(from.items, to.items)) : mismatch();
      case 'map':
        return to.kind === 'map'
          ? repeat(0x7b, 0x7d, `t.string();t.open(58);${this.#value(from.values, to.values)}`)
          : mismatch();
      case 'enum':
        return to.kind === 'enum' && sameName(from, to) ? this.#enumeration(from, to) : mismatch();
      case 'fixed':
        return to.kind === 'fixed' && sameName(from, to) ? (fixed(from.schema, to.schema) ?? mismatch()) : mismatch();
      case 'record':
        if (to.kind !== 'record' || !sameName(from, to)) return mismatch();
        return this.#function('f', `${from.full}\n${to.full}`, () => this.#record(from, to));
    }
  }

  #primitive(from: Of<'primitive'>, to: Of<'primitive'>): string | undefined {
    if (!isPromotable(from.type, to.type)) return undefined;
    const isWhole = from.type === 'int' || from.type === 'long';
    if (isWhole && to.type === 'double') return 't.integerAsDouble();';
    if (isWhole && to.type === 'float') return 't.integerAsFloat();';
    if (from.type === 'float') return 't.float();';
    const scale = decimalScale(to.scale);
    if (from.type === 'bytes' && isDecimal(from) && isDecimal(to) && decimalScale(from.scale) !== scale)
      return undefined;
    if (to.type === 'bytes' && isDecimal(to)) return `t.decimalBytes(${scale});`;
    if (to.type === 'string' && to.logicalType === 'json') return 't.json();';
    return temporal(to) ?? `t.${to.type}();`;
  }

  /** A symbol that the reader does not know becomes its default, where it has one. */
  #enumeration({ schema: from }: Of<'enum'>, { schema: to }: Of<'enum'>): string {
    const symbols = from.symbols.map((symbol) => (to.symbols.includes(symbol) ? symbol : to.default));
    const quoted = symbols.map((symbol) => (symbol === undefined ? undefined : Buffer.from(JSON.stringify(symbol))));
    return `t.enumeration(${this.#constant(quoted)});`;
  }

  #record(from: Of<'record'>, to: Of<'record'>): string {
    const matches = matchFields(from.schema.fields, to.schema.fields);
    let empty = true;
    const key = (name: string) => {
      const text = this.#literal(`${empty ? '{' : ','}${JSON.stringify(name)}:`);
      empty = false;
      return text;
    };
    const parts = from.schema.fields.map(({ name, type }) => {
      const place = { schema: type, namespace: from.namespace };
      const field = matches.get(name);
      if (field === undefined) return this.#skip(place);
      return key(field.name) + this.#value(place, { schema: field.type, namespace: to.namespace });
    });
    const matched = new Set(matches.values());
    const missing = to.schema.fields
      .filter((field) => !matched.has(field))
      .map((field) => this.#missing(field, to, key));
    return `t.enter();${parts.join('')}${missing.join('')}${empty ? this.#literal('{}') : 't.open(125);'}t.leave();`;
  }

  #missing(field: AvroField, record: { schema: AvroRecord; full: string }, key: (name: string) => string): string {
    if (field.default === undefined) {
      return this.#mismatch(
        `the writer's ${record.schema.name} has no ${field.name}, and the reader no default for it`,
      );
    }
    return key(field.name) + this.#literal(defaultJson(this.#readerSchema, record.full, field, this.#form));
  }

  /** Reads past what the writer wrote at a place. */
  #skip(place: Place): string {
    const shape = this.#writer.shape(place);
    switch (shape.kind) {
      case 'union':
        return `switch(t.branch(${shape.branches.length})){${shape.branches.map((branch, index) => `case ${index}:${this.#skip(branch)}break;`).join('')}}`;
      case 'array':
        return skipBlocks(this.#skip(shape.items));
      case 'map':
        return skipBlocks(`t.skipBytes();${this.#skip(shape.values)}`);
      case 'enum':
        return 't.skipInteger();';
      case 'fixed':
        return `t.skip(${sizeOf(shape.schema)});`;
      case 'record':
        return this.#function('s', shape.full, () => {
          const fields = shape.schema.fields.map(({ type }) =>
            this.#skip({ schema: type, namespace: shape.namespace }),
          );
          return `t.enter();${fields.join('')}t.leave();`;
        });
      case 'primitive':
        return skipPrimitive[shape.type] ?? '';
    }
  }
}

const skipPrimitive: Readonly<Record<string, string>> = {
  boolean: 't.skip(1);',
  int: 't.skipInteger();',
  long: 't.skipInteger();',
  float: 't.skip(4);',
  double: 't.skip(8);',
  string: 't.skipBytes();',
  bytes: 't.skipBytes();',
};

const repeat = (open: number, close: number, item: string): string =>
  `t.enter();t.open(${open});for(let n=t.blockCount();n!==0;n=t.blockCount())for(;n>0;n--){${item}t.itemEnd();}t.close(${close});t.leave();`;

const skipBlocks = (item: string): string =>
  `t.enter();for(let n=t.skipBlock();n!==0;n=t.skipBlock())for(;n>0;n--){${item}}t.leave();`;

/** What stands at a place, for an error: all that decides whether it matches. */
function describe(shape: Shape): string {
  const name = shape.kind === 'primitive' ? shape.type : shape.kind;
  const parts = [/^[aei]/.test(name) ? 'an' : 'a', name];
  if ('full' in shape) parts.push(shape.full);
  if (shape.kind === 'fixed') parts.push(`of ${shape.schema.size} bytes`);
  const decimal =
    shape.kind === 'fixed' ? shape.schema : shape.kind === 'primitive' && name === 'bytes' ? shape : undefined;
  if (decimal !== undefined && isDecimal(decimal)) parts.push(`as a decimal of scale ${decimalScale(decimal.scale)}`);
  return parts.join(' ');
}

/** A logical type counts only on the type it is defined for; otherwise the underlying type is used, as the specification asks. */
function temporal({ type, logicalType }: Of<'primitive'>): string | undefined {
  if (type === 'int' && logicalType === 'date') return 't.date();';
  if (type === 'int' && logicalType === 'time-millis') return 't.timeOfDay(3);';
  if (type !== 'long') return undefined;
  if (logicalType === 'time-micros') return 't.timeOfDay(6);';
  if (logicalType === 'timestamp-millis') return 't.timestampMillis();';
  const match = /^(local-)?timestamp-(millis|micros|nanos)$/.exec(String(logicalType));
  const digits = match?.[2] === 'millis' ? 3 : match?.[2] === 'micros' ? 6 : 9;
  return match === null ? undefined : `t.timestamp(${digits},${match[1] === undefined ? '"Z"' : '""'});`;
}

function sizeOf({ size }: AvroFixed): number {
  const whole = wholeNumber(size);
  if (whole === undefined) throw new Error('the schema has a fixed type without a size');
  return whole;
}

function fixed(from: AvroFixed, to: AvroFixed): string | undefined {
  const size = sizeOf(from);
  if (size !== sizeOf(to)) return undefined;
  const scale = decimalScale(to.scale);
  if (isDecimal(to))
    return isDecimal(from) && decimalScale(from.scale) !== scale ? undefined : `t.decimalFixed(${size},${scale});`;
  if (to.logicalType === 'uuid' && size === 16) return 't.uuidFixed();';
  if (to.logicalType === 'duration' && size === 12) return 't.duration();';
  return `t.fixed(${size});`;
}

/** The scale of a decimal, 0 where absent; undefined where it is none: then the logical type does not count. */
const decimalScale = (scale: unknown = 0): number | undefined => {
  const digits = wholeNumber(scale);
  return digits === undefined || digits > mostDecimalDigits ? undefined : digits;
};

const isDecimal = ({ logicalType, scale }: { logicalType?: unknown; scale?: unknown }): boolean =>
  logicalType === 'decimal' && decimalScale(scale) !== undefined;

const wholeNumber = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
