export { bytes, concat, long, text } from './testing/avro-bytes.ts';
export { int, record } from './testing/records.ts';
