export { createCodec, UnreadableRecord, type Codec, type Encoder } from './codec.ts';
export { prefixBytes } from './encode-event.ts';
export type { WriterSchema } from './writer-schema.ts';
