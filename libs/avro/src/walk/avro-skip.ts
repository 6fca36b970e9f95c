import type { AvroSchema } from '../schema/avro-schema.ts';
import { compileWalk } from './compile-walk.ts';

/**
 * Finds the end of the value that begins at `from`, whatever follows it.
 *
 * @throws MalformedAvro when it has no end: the bytes are cut short, or have impossible lengths or counts
 */
export type AvroSkip = (avro: Buffer, from: number) => number;

/**
 * Compiles a schema into a function that finds where its values end. For code that takes rows out of a container file, where rows do not
 * state their length. It checks only what decides where a value ends, so that a row with invalid contents does not hide its neighbours.
 *
 * @throws Error when the schema refers to a type that is not defined
 */
export function compileSkip(schema: AvroSchema): AvroSkip {
  const walk = compileWalk(schema, [], 'skipped');
  return (avro, from) => walk(avro, from, avro.length);
}
