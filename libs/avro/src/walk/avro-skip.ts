import type { AvroSchema } from '../schema/avro-schema.ts';
import { compileWalk } from './compile-walk.ts';

/**
 * Finds where a value of a schema ends that begins at `from`, whatever follows it.
 *
 * @throws MalformedAvro where it ends nowhere: the bytes are cut short, or have lengths or counts that cannot be
 */
export type AvroSkip = (avro: Buffer, from: number) => number;

/**
 * Compiles a schema into a function that finds where its values end. For those who take rows out of a container file, where no row says
 * how long it is. Only that is checked which decides where a value ends: a row of odd contents can still be told from its neighbours.
 *
 * @throws Error when a schema names a type that nobody defines, or no Avro type
 */
export function compileSkip(schema: AvroSchema): AvroSkip {
  const walk = compileWalk(schema, [], 'passed over');
  return (avro, from) => walk(avro, from, avro.length);
}
