import { dataContract, documentSchema } from '@sluice/contracts';
import { UserError } from '../user-error.ts';
import { currentContracts } from './contract-versions.ts';

export const exportForms = ['json-schema', 'odcs'] as const;
export type ExportForm = (typeof exportForms)[number];

/**
 * Prints contracts of this checkout in another form: one where a topic is named, else all by their topics.
 *
 * @param version of the contracts, which the Open Data Contract Standard asks for
 * @throws UserError for a topic without a contract
 */
export async function exportSchemas(
  topic: string | undefined,
  { as, version }: { as: ExportForm; version: string },
): Promise<void> {
  const all = (await currentContracts()).map(({ contract }) => contract);
  const exported = new Map(
    all.map((contract) => [contract.topic, as === 'odcs' ? dataContract(contract, version) : documentSchema(contract)]),
  );
  if (topic !== undefined && !exported.has(topic))
    throw new UserError(`${topic} has no contract; these have: ${[...exported.keys()].join(', ')}`);
  const printed = topic === undefined ? Object.fromEntries(exported) : exported.get(topic);
  process.stdout.write(`${JSON.stringify(printed, null, 2)}\n`);
}
