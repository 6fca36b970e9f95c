export { fullName, namespaceOf } from './schema/avro-schema.ts';
export type {
  AvroArray,
  AvroEnum,
  AvroField,
  AvroFixed,
  AvroMap,
  AvroNamed,
  AvroPrimitive,
  AvroRecord,
  AvroSchema,
} from './schema/avro-schema.ts';
export { logicalOf, type Logical } from './schema/logical-types.ts';
export { SchemaNames, type Place, type Shape } from './schema/schema-names.ts';
export { readLong, writeLong } from './bytes/avro-long.ts';
export { ByteWriter } from './bytes/byte-writer.ts';
export { MalformedAvro } from './walk/avro-walk.ts';
export { compileFit, type AvroFit } from './walk/avro-fit.ts';
export { compileSkip, type AvroSkip } from './walk/avro-skip.ts';
export { isPromotable } from './resolution/leaf-resolution.ts';
export { matchFields } from './resolution/schema-resolution.ts';
export type { Substitution, Substitutions } from './resolution/substitution.ts';
export { compileDecoder, type Decoder } from './values/decoder.ts';
export { agreeingJson, parseExact, sameJson } from './json/exact-json.ts';
export { findProperties, outermostProperties, withoutProperties, withProperty } from './json/json-properties.ts';
export { type JsonRules } from './json/json-rules.ts';
export type { Stamp } from './resolution/resolution-program.ts';
export { compileTranscoder, type Transcoder } from './json/transcoder.ts';
export { readContainer, type ContainerFile } from './container/container-reader.ts';
export { containerWriter, type ContainerWriter } from './container/container-writer.ts';
export { selfContained } from './container/self-contained.ts';
