export { bytes, long, text } from './testing/avro-bytes.ts';
