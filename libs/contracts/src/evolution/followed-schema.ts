import type { AvroSchema } from '@sluice/avro';
import type { EventContract } from '../contract/event-contract.ts';
import type { ContractRecord } from '../contract/contract-schema.ts';
import { mergedRecord, derivedRecord } from '../derived/derived-record.ts';
import { normalized } from '../derived/normalized-schema.ts';
import type { RegisteredSchema } from '../derived/registered-schema.ts';
import { grownRecord, type Growth } from './grown-record.ts';

/**
 * The schema by which the records of a writer are read: the contract's, wide enough for the writer's values, so that those of a newer
 * producer arrive as they are. It follows from these two alone: each process makes the same of a record.
 *
 * @param growth `values` for destinations; `numbers` for code that knows the contract's symbols only
 */
export const readerSchema = (
  contract: EventContract,
  writer: RegisteredSchema,
  growth: 'numbers' | 'values',
): ContractRecord => grown(contract, writer, growth);

/** The contract with the fields and types of one more schema of its topic; itself where it has them all. */
export function withSchema(contract: EventContract, found: RegisteredSchema): EventContract {
  const schema =
    contract.derived === undefined
      ? grown(contract, found, 'fields')
      : mergedRecord(contract.schema, derivedRecord(found));
  return schema === contract.schema ? contract : Object.freeze({ ...contract, schema });
}

function grown({ schema }: EventContract, { schema: written, references }: RegisteredSchema, growth: Growth) {
  return isSameRecord(written, schema) ? grownRecord(schema, normalized(written, references), growth) : schema;
}

/** Whether a reader takes a writer's record for its own: by name, or by one of its aliases, without namespaces. */
function isSameRecord(written: AvroSchema, { name, aliases = [] }: ContractRecord): boolean {
  if (typeof written !== 'object' || !('fields' in written)) return false;
  return [name, ...aliases].map(lastPart).includes(lastPart(written.name));
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
