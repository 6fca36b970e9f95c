export { createCodec, type Codec, type Encoder } from './codec.ts';
export { codecOf } from './codec-of.ts';
export { registeredSchemas } from './registry/registered-schemas.ts';
export { topicSchemas, type TopicSchemas } from './registry/topic-schemas.ts';
export { UnreadableRecord } from './unreadable-record.ts';
export { prefixBytes } from './encode-event.ts';
export type { WriterSchema } from './writer-schema.ts';
