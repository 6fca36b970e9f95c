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
import {
  derivedRecord,
  jsonRules,
  readerSchema,
  stamp,
  withConnectTypes,
  type EventContract,
  type JsonForm,
  type RegisteredSchema,
} from '@sluice/contracts';

import { prefixBytes } from './encode-event.ts';

/** The schema that a record was written with. */
export interface WriterSchema {
  /** The registry's id; 0 for JSON without a schema. */
  readonly id: number;
  /** The bytes of a value before its body. */
  readonly prefixBytes: number;
  readonly avro: AvroSchema;
  /** Named types that `avro` refers to without defining them. */
  readonly references?: readonly AvroSchema[];
  /**
   * Appends the body between `from` (0) and `to` (the end) as JSON, resolved to the contract if one is given, with the writer's types where
   * these are wider: see `compileTranscoder` and `readerSchema`. Under a derived contract it is as it was written, behind its event time.
   *
   * @param eventTimeMs required for a derived contract
   */
  writeJson(
    avro: Buffer,
    out: ByteWriter,
    contract?: EventContract,
    from?: number,
    to?: number,
    form?: JsonForm,
    eventTimeMs?: number,
  ): Substitutions | undefined;
  /**
   * Checks that the bytes between `from` (0) and `to` (the end) are one record of this schema, and can be resolved to the contract if one
   * is given. A sink that copies bytes must refuse what a reader would refuse. @throws MalformedAvro that says why not
   */
  check(avro: Buffer, from?: number, to?: number, contract?: EventContract): void;
  /**
   * The fields that the contract lacks: documents and rows have them as they were written. For a derived contract they are those of
   * `derivedRecord`.
   */
  unknownFields(contract: EventContract): string[];
  /** Decodes a body into the contract's type, resolved to the contract; a number may be one of a wider type: see `Decoder`. */
  decode(avro: Buffer, contract: EventContract): unknown;
}

/** A schema from the registry. */
export interface FoundSchema {
  schema: AvroSchema;
  /** The schemas that it refers to, each after those that it refers to itself. */
  references: readonly AvroSchema[];
  /** With JSON, the types are those of `jsonSchemaTypes`. */
  format: 'AVRO' | 'JSON';
}

function unknownFields(
  { schema: written, references }: RegisteredSchema,
  { schema: reader, derived }: EventContract,
): string[] {
  const schema = derived === undefined ? written : derivedRecord({ schema: written, references });
  if (typeof schema !== 'object' || !('fields' in schema)) return [];
  const known = matchFields(schema.fields, reader.fields);
  return schema.fields.map(({ name }) => name).filter((name) => !known.has(name));
}

/** Writes values as they were written, behind their event time. */
function stampedTranscoder(found: RegisteredSchema, form: JsonForm): Transcoder {
  const { schema, references } = withConnectTypes(found);
  return compileTranscoder(schema, references, schema, jsonRules(form), stamp);
}

/** The codec calls it once for each id. It compiles on first use: a sink that only copies bytes needs neither transcoder nor decoder. */
export function writerSchema(id: number, { schema, references }: Omit<FoundSchema, 'format'>): WriterSchema {
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
  const readerOf = (contract: EventContract, growth: 'numbers' | 'values'): AvroSchema =>
    isContracts(contract) ? contract.schema : readerSchema(contract, { schema, references }, growth);
  const unread = new ByteWriter(0);
  let last: { contract: EventContract | undefined; form: JsonForm; transcode: Transcoder } | undefined;
  const transcoder = (contract: EventContract | undefined, form: JsonForm): Transcoder => {
    let transcode = transcoders[form].get(contract);
    if (transcode === undefined) {
      transcode =
        contract?.derived === undefined
          ? compileTranscoder(schema, references, contract && readerOf(contract, 'values'), jsonRules(form))
          : stampedTranscoder({ schema, references }, form);
      transcoders[form].set(contract, transcode);
    }
    last = { contract, form, transcode };
    return transcode;
  };
  const writeJson: WriterSchema['writeJson'] = (avro, out, contract, from, to, form = 'document', eventTimeMs) => {
    const isLast = last !== undefined && last.contract === contract && last.form === form;
    const transcode = isLast && last !== undefined ? last.transcode : transcoder(contract, form);
    return transcode(avro, out, from, to, eventTimeMs);
  };
  return {
    id,
    prefixBytes,
    avro: schema,
    references,
    writeJson,
    check(avro, from, to, contract) {
      fit ??= compileFit(schema, references);
      fit(avro, from, to);
      if (contract === undefined || contract.derived !== undefined || isContracts(contract)) return;
      unread.length = 0;
      writeJson(avro, unread, contract, from, to, 'known row');
    },
    unknownFields: (contract) => unknownFields({ schema, references }, contract),
    decode(avro, contract) {
      let decode = decoders.get(contract);
      if (decode === undefined) {
        decode = compileDecoder(
          schema,
          references,
          contract.derived === undefined ? readerOf(contract, 'numbers') : schema,
        );
        decoders.set(contract, decode);
      }
      return decode(avro);
    },
  };
}
