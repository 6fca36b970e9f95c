import avsc from 'avsc';
import type { AvroSchema } from './avro-schema.ts';
import { ByteWriter } from './byte-writer.ts';
import type { EventContract } from './event-contract.ts';
import { matchFields } from './schema-resolution.ts';
import { compileTranscoder, type Transcoder } from './transcoder.ts';

/** The schema that a record was written with. */
export interface WriterSchema {
  /** The registry's id. */
  readonly id: number;
  readonly avro: AvroSchema;
  /** Appends the body that begins at `from` (0) as JSON, in the contract's form where one is given: see `compileTranscoder`. */
  writeJson(avro: Buffer, out: ByteWriter, contract?: EventContract, from?: number): void;
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
  const transcoders = new Map<EventContract | undefined, Transcoder>();
  const decoders = new Map<EventContract, (avro: Buffer) => unknown>();
  let last: { contract: EventContract | undefined; transcode: Transcoder } | undefined;
  const transcoder = (contract: EventContract | undefined): Transcoder => {
    let transcode = transcoders.get(contract);
    if (transcode === undefined) {
      transcode = compileTranscoder(schema, references, contract?.schema);
      transcoders.set(contract, transcode);
    }
    last = { contract, transcode };
    return transcode;
  };
  const writeJson: WriterSchema['writeJson'] = (avro, out, contract, from) => {
    const transcode = last?.contract === contract && last !== undefined ? last.transcode : transcoder(contract);
    transcode(avro, out, from);
  };
  return {
    id,
    avro: schema,
    writeJson,
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
