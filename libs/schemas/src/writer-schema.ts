import avsc from 'avsc';
import { compileFit, type AvroFit } from './avro-fit.ts';
import type { AvroSchema } from './avro-schema.ts';
import { ByteWriter } from './byte-writer.ts';
import type { EventContract } from './event-contract.ts';
import { matchFields } from './schema-resolution.ts';
import { compileTranscoder, type JsonForm, type Transcoder } from './transcoder.ts';

/** The schema that a record was written with. */
export interface WriterSchema {
  /** The registry's id. */
  readonly id: number;
  readonly avro: AvroSchema;
  /** Defines what `avro` refers to without defining it; absent where that is nothing. */
  readonly references?: readonly AvroSchema[];
  /** Appends the body between `from` (0) and `to` (the end) as JSON, in the contract's form where one is given: see `compileTranscoder`. */
  writeJson(avro: Buffer, out: ByteWriter, contract?: EventContract, from?: number, to?: number, form?: JsonForm): void;
  /** Checks that what lies between `from` (0) and `to` (the end) is one record of this schema. @throws MalformedAvro that says why not */
  check(avro: Buffer, from?: number, to?: number): void;
  /** The fields that the contract does not know, and that are therefore in neither its JSON nor its values. */
  unknownFields(contract: EventContract): string[];
  /** Decodes a body into the contract's form, resolving where the schemas differ. @throws MalformedAvro when the bytes do not fit */
  decode(avro: Buffer, contract: EventContract): unknown;
}

/** A schema as the registry has it. */
export interface FoundSchema {
  schema: AvroSchema;
  /** Defines what the schema refers to: each after those that it refers to itself. */
  references: readonly AvroSchema[];
}

/** Dates for timestamp-millis, both ways. Other logical types stay as their underlying type in `value`. */
class TimestampMillis extends avsc.types.LogicalType {
  protected override _fromValue(value: number): Date {
    return new Date(value);
  }
  protected override _toValue(value: unknown): number | undefined {
    return value instanceof Date ? value.getTime() : undefined;
  }
  protected override _resolve(type: avsc.Type): ((value: number) => Date) | undefined {
    return avsc.Type.isType(type, 'long', 'logical:timestamp-millis')
      ? (value) => this._fromValue(Number(value))
      : undefined;
  }
}

/** The avsc type that decodes a schema, with dates. @param registry the types that it may refer to; gets those that it defines */
export const avroType = (schema: AvroSchema, registry: Record<string, avsc.Type> = {}): avsc.Type =>
  avsc.Type.forSchema(structuredClone(schema) as avsc.Schema, {
    registry,
    logicalTypes: { 'timestamp-millis': TimestampMillis },
    omitRecordMethods: true,
  });

function unknownFields(schema: AvroSchema, { schema: reader }: EventContract): string[] {
  if (typeof schema !== 'object' || !('fields' in schema)) return [];
  const known = matchFields(schema.fields, reader.fields);
  return schema.fields.map(({ name }) => name).filter((name) => !known.has(name));
}

/** Takes what is transcoded only to see that it can be. */
const checked = new ByteWriter();

/** Called by the codec, once for each id. Compiles on first use: a sink that only copies bytes needs neither transcoder nor resolver. */
export function writerSchema(
  id: number,
  { schema, references }: FoundSchema,
  readerType: (contract: EventContract) => avsc.Type,
): WriterSchema {
  let writer: avsc.Type | undefined;
  const transcoders = {
    document: new Map<EventContract | undefined, Transcoder>(),
    row: new Map<EventContract | undefined, Transcoder>(),
  };
  const decoders = new Map<EventContract, (avro: Buffer) => unknown>();
  let fit: AvroFit | undefined;
  let last: { contract: EventContract | undefined; form: JsonForm; transcode: Transcoder } | undefined;
  const transcoder = (contract: EventContract | undefined, form: JsonForm): Transcoder => {
    let transcode = transcoders[form].get(contract);
    if (transcode === undefined) {
      transcode = compileTranscoder(schema, references, contract?.schema, form);
      transcoders[form].set(contract, transcode);
    }
    last = { contract, form, transcode };
    return transcode;
  };
  const writeJson: WriterSchema['writeJson'] = (avro, out, contract, from, to, form = 'document') => {
    const isLast = last !== undefined && last.contract === contract && last.form === form;
    const transcode = isLast && last !== undefined ? last.transcode : transcoder(contract, form);
    transcode(avro, out, from, to);
  };
  return {
    id,
    avro: schema,
    references,
    writeJson,
    check(avro, from, to) {
      fit ??= compileFit(schema, references);
      fit(avro, from, to);
    },
    unknownFields: (contract) => unknownFields(schema, contract),
    decode(avro, contract) {
      // avsc reads on past the end of the bytes for as long as a count says, until memory ends: first see that they fit.
      checked.length = 0;
      writeJson(avro, checked);
      let decode = decoders.get(contract);
      if (decode === undefined) {
        if (writer === undefined) {
          const names = {};
          for (const reference of references) avroType(reference, names);
          writer = avroType(schema, names);
        }
        const reader = readerType(contract);
        const resolver = reader.createResolver(writer);
        decode = (body) => reader.fromBuffer(body, resolver);
        decoders.set(contract, decode);
      }
      return decode(avro);
    },
  };
}
