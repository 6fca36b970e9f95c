import type { AvroSchema } from '../schema/avro-schema.ts';
import { compileWalk } from './compile-walk.ts';
import { MalformedAvro } from './avro-walk.ts';

/**
 * Checks that the bytes between `from` (0) and `to` (the end) are one record of a schema, and nothing else.
 *
 * @throws MalformedAvro that says why not, without the contents
 */
export type AvroFit = (avro: Buffer, from?: number, to?: number) => void;

/**
 * Compiles a writer schema into the calls that check its records. For code that copies Avro bytes into a file without decoding them, where
 * one malformed record would make all later ones unreadable. Cheaper than decoding, because it writes nothing.
 *
 * @param references named types that the schema refers to without defining them
 * @throws Error when the schema refers to a type that is not defined
 */
export function compileFit(schema: AvroSchema, references: readonly AvroSchema[] = []): AvroFit {
  const walk = compileWalk(schema, references, 'checked');
  return (avro, from = 0, to = avro.length) => {
    const end = walk(avro, from, to);
    if (end !== to) throw new MalformedAvro(`${to - end} bytes follow the record`);
  };
}
