import { anyObject, type EventContract } from '@sluice/contracts';
import type { Codec } from './codec.ts';
import { jsonWriterSchema } from './json-writer-schema.ts';

/** The schema of all values of topics that are JSON without a schema: each is the field `value`. */
const plainJson = jsonWriterSchema(0, { schema: anyObject }, 0);

/** The codec for reading a contract's values: the rules of a topic without one may say that they are JSON without a schema. */
export const codecOf = (contract: EventContract, codec: Codec): Pick<Codec, 'cachedSchema' | 'fetchSchema'> =>
  contract.derived?.format === 'json' ? { cachedSchema: () => plainJson, fetchSchema: async () => plainJson } : codec;
