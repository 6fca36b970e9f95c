export type { AvroSchema, AvroRecord, AvroField, AvroNamed, FieldAnnotation } from './avro/avro-schema.ts';
export { fullName, namespaceOf } from './avro/avro-schema.ts';
export { agreeingJson, parseExact, sameJson } from './json/exact-json.ts';
export { compileFit, type AvroFit } from './avro/walk/avro-fit.ts';
export { readLong, writeLong } from './avro/avro-long.ts';
export { compileSkip, type AvroSkip } from './avro/walk/avro-skip.ts';
export { ByteWriter } from './avro/byte-writer.ts';
export { createCodec, UnreadableRecord, type Codec, type Encoder } from './registry/codec.ts';
export { compileDecoder, type Decoder } from './avro/decoder.ts';
export { prefixBytes } from './contract/encode-event.ts';
export { eventContract, type EventContract, type Rotation } from './contract/event-contract.ts';
export { eventId, eventKey, eventTime } from './contract/event-fields.ts';
export {
  aliasName,
  deadLetterTopic,
  indexName,
  indexPattern,
  objectName,
  tableName,
  templateName,
  topicName,
} from './contract/names.ts';
export { SchemaNames, type Place, type Shape } from './avro/schema-names.ts';
export { decimalColumn } from './json/decimal-column.ts';
export { documentNames, rowNames } from './contract/destination-names.ts';
export { renamedFields } from './contract/renamed-fields.ts';
export type { Substitution, Substitutions } from './resolution/substitution.ts';
export { compileTranscoder, MalformedAvro, type JsonForm, type Transcoder } from './json/transcoder.ts';
export type { WriterSchema } from './registry/writer-schema.ts';
export * from './events.generated.ts';
