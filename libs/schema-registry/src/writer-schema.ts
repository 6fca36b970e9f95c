import { isDeepStrictEqual } from 'node:util';
import {
  compileFit,
  ByteWriter,
  compileDecoder,
  matchFields,
  compileTranscoder,
  type AvroFit,
  type AvroSchema,
  type Decoder,
  type Substitutions,
  type Transcoder,
} from '@sluice/avro';
import { jsonRules, type EventContract, type JsonForm } from '@sluice/contracts';

/** The schema that a record was written with. */
export interface WriterSchema {
  /** The registry's id. */
  readonly id: number;
  readonly avro: AvroSchema;
  /** Named types that `avro` refers to without defining them. */
  readonly references?: readonly AvroSchema[];
  /** Appends the body between `from` (0) and `to` (the end) as JSON, resolved to the contract if one is given: see `compileTranscoder`. */
  writeJson(
    avro: Buffer,
    out: ByteWriter,
    contract?: EventContract,
    from?: number,
    to?: number,
    form?: JsonForm,
  ): Substitutions | undefined;
  /**
   * Checks that the bytes between `from` (0) and `to` (the end) are one record of this schema, and can be resolved to the contract if one
   * is given. A sink that copies bytes must refuse what a reader would refuse. @throws MalformedAvro that says why not
   */
  check(avro: Buffer, from?: number, to?: number, contract?: EventContract): void;
  /**
   * The fields that the contract lacks: documents and rows have them as they were written, but no mapping or column is derived for them.
   */
  unknownFields(contract: EventContract): string[];
  /** Decodes a body into the contract's type, resolved to the contract: see `Decoder`. */
  decode(avro: Buffer, contract: EventContract): unknown;
}

/** A schema from the registry. */
export interface FoundSchema {
  schema: AvroSchema;
  /** The schemas that it refers to, each after those that it refers to itself. */
  references: readonly AvroSchema[];
}

function unknownFields(schema: AvroSchema, { schema: reader }: EventContract): string[] {
  if (typeof schema !== 'object' || !('fields' in schema)) return [];
  const known = matchFields(schema.fields, reader.fields);
  return schema.fields.map(({ name }) => name).filter((name) => !known.has(name));
}

/** The codec calls it once for each id. It compiles on first use: a sink that only copies bytes needs neither transcoder nor decoder. */
export function writerSchema(id: number, { schema, references }: FoundSchema): WriterSchema {
  const transcoders = {
    document: new Map<EventContract | undefined, Transcoder>(),
    row: new Map<EventContract | undefined, Transcoder>(),
    'sql row': new Map<EventContract | undefined, Transcoder>(),
    'known document': new Map<EventContract | undefined, Transcoder>(),
    'known row': new Map<EventContract | undefined, Transcoder>(),
  };
  const decoders = new Map<EventContract, Decoder>();
  let fit: AvroFit | undefined;
  const same = new Map<EventContract, boolean>();
  /** Equal schemas, the usual case, need no resolution. */
  const isContracts = (contract: EventContract): boolean => {
    let found = same.get(contract);
    if (found === undefined) same.set(contract, (found = isDeepStrictEqual(schema, contract.schema)));
    return found;
  };
  const unread = new ByteWriter(0);
  let last: { contract: EventContract | undefined; form: JsonForm; transcode: Transcoder } | undefined;
  const transcoder = (contract: EventContract | undefined, form: JsonForm): Transcoder => {
    let transcode = transcoders[form].get(contract);
    if (transcode === undefined) {
      transcode = compileTranscoder(schema, references, contract?.schema, jsonRules(form));
      transcoders[form].set(contract, transcode);
    }
    last = { contract, form, transcode };
    return transcode;
  };
  const writeJson: WriterSchema['writeJson'] = (avro, out, contract, from, to, form = 'document') => {
    const isLast = last !== undefined && last.contract === contract && last.form === form;
    const transcode = isLast && last !== undefined ? last.transcode : transcoder(contract, form);
    return transcode(avro, out, from, to);
  };
  return {
    id,
    avro: schema,
    references,
    writeJson,
    check(avro, from, to, contract) {
      fit ??= compileFit(schema, references);
      fit(avro, from, to);
      if (contract === undefined || isContracts(contract)) return;
      unread.length = 0;
      writeJson(avro, unread, contract, from, to, 'known row');
    },
    unknownFields: (contract) => unknownFields(schema, contract),
    decode(avro, contract) {
      let decode = decoders.get(contract);
      if (decode === undefined) {
        decode = compileDecoder(schema, references, contract.schema);
        decoders.set(contract, decode);
      }
      return decode(avro);
    },
  };
}
