import type { AvroSchema } from '@sluice/avro';
import { subjectName, type EventContract } from '@sluice/contracts';
import { compareContracts, contractSource, InvalidContract, rules, type Change } from '@sluice/schema-changes';

/** The registry does not take a contract's schema, because it breaks readers or writers of an earlier version. */
export class RefusedSchema extends Error {
  override readonly name = 'RefusedSchema';
}

/**
 * What to tell the producer of a schema that the registry has refused: each field that breaks something, and why.
 *
 * @param registered the newest version of the subject
 * @param answer the registry's own words, for what our rules do not find
 */
export function refusedSchema(contract: EventContract, registered: AvroSchema, answer: string): RefusedSchema {
  const { name, topic } = contract;
  const reasons = changes(contract, registered)
    .filter(({ rule }) => rules[rule].layer === 'avro' && rules[rule].severity === 'breaking')
    .map(({ rule, at, message }) => `${at.replace(`${name} `, '')}: ${message}. ${rules[rule].why} [${rule}]`);
  const why = reasons.length === 0 ? answer : reasons.join(' ');
  return new RefusedSchema(
    `the schema registry refuses this version of ${name}, because the subject ${subjectName(topic)} has one that it breaks: ${why}`,
  );
}

/** None where the registered schema cannot be compared: its producer need not have had a contract. */
function changes({ topic, schema }: EventContract, registered: AvroSchema): readonly Change[] {
  if (typeof registered !== 'object') return [];
  try {
    const before = contractSource(topic, JSON.stringify({ sluice: schema.sluice, ...registered }));
    return compareContracts([before], [contractSource(topic, JSON.stringify(schema))]);
  } catch (error) {
    if (error instanceof InvalidContract) return [];
    throw error;
  }
}
