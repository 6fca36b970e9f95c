export type { AvroSchema, AvroRecord, AvroField, AvroNamed, FieldAnnotation } from './avro-schema.ts';
export { fullName, namespaceOf } from './avro-schema.ts';
export { agreeingJson, parseExact, sameJson } from './exact-json.ts';
export { compileFit, type AvroFit } from './avro-fit.ts';
export { readLong, writeLong } from './avro-long.ts';
export { compileSkip, type AvroSkip } from './avro-skip.ts';
export { ByteWriter } from './byte-writer.ts';
export { createCodec, UnreadableRecord, type Codec, type Encoder } from './codec.ts';
export { compileDecoder, type Decoder } from './decoder.ts';
export { prefixBytes } from './encode-event.ts';
export { eventContract, type EventContract, type Rotation } from './event-contract.ts';
export { eventId, eventKey, eventTime } from './event-fields.ts';
export { indexSuffix, isTimeZone, rotations } from './index-suffix.ts';
export {
  aliasName,
  deadLetterTopic,
  indexName,
  indexPattern,
  objectName,
  subjectName,
  tableName,
  templateName,
  topicName,
} from './names.ts';
export { SchemaNames, type Place, type Shape } from './schema-names.ts';
export { decimalColumn } from './decimal-column.ts';
export { documentNames, rowNames } from './destination-names.ts';
export { renamedFields } from './renamed-fields.ts';
export type { Substitution, Substitutions } from './substitution.ts';
export { compileTranscoder, MalformedAvro, type JsonForm, type Transcoder } from './transcoder.ts';
export type { WriterSchema } from './writer-schema.ts';
export * from './events.generated.ts';
