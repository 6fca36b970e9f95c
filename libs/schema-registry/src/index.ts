export { createCodec, type Codec, type Encoder } from './codec.ts';
export { registeredSchema } from './registered-schema.ts';
export { UnreadableRecord } from './unreadable-record.ts';
export { prefixBytes } from './encode-event.ts';
export type { WriterSchema } from './writer-schema.ts';
