export { bytes, long, text } from './testing/avro-bytes.ts';
export { seededRandom, type Random } from './testing/random.ts';
