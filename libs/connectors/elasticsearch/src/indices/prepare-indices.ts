import { errors, type Client, type estypes } from '@elastic/elasticsearch';
import { indexTemplate } from '@sluice/index-templates';
import { aliasName, indexPattern, templateName, type EventContract } from '@sluice/contracts';
import type { Logger } from '@sluice/telemetry';
import { clusterProblem, refusalText } from '../client/cluster-problem.ts';

/**
 * Puts the template of new indices, and updates the existing ones: adds them to the alias, and the contract's newer fields to their
 * mappings. Repeatable.
 *
 * @throws Error in one line when the cluster refuses, and the client's errors when there is no answer
 */
export async function prepareIndices(
  client: Client,
  contract: EventContract,
  settings: Parameters<typeof indexTemplate>[1],
  { logger, signal }: { logger: Logger; signal: AbortSignal },
): Promise<void> {
  const { index_patterns, priority, template } = indexTemplate(contract, settings);
  const pattern = indexPattern(contract);
  const alias = aliasName(contract);
  const mappings = template.mappings as estypes.MappingTypeMapping;
  try {
    const { acknowledged } = await client.indices.putIndexTemplate(
      {
        name: templateName(contract),
        index_patterns: [...index_patterns],
        priority,
        template: { ...template, mappings },
      },
      { signal },
    );
    // The client does not take a redirect for an error.
    if (!acknowledged) throw new Error('the server does not answer as Elasticsearch does: check ELASTICSEARCH_URL');
    const existing = await client.indices.getAlias({ index: pattern, expand_wildcards: 'open' }, { signal });
    const indices = Object.keys(existing);
    const outsideAlias = indices.filter((index) => existing[index]?.aliases[alias] === undefined);
    if (outsideAlias.length > 0)
      await client.indices.updateAliases({ actions: [{ add: { indices: outsideAlias, alias } }] }, { signal });
    if (indices.length === 0) return;
    const refusal = await addFields(client, pattern, mappings, signal);
    if (refusal === undefined) return;
    // One refusal fails the whole request, so each index is tried alone. The changed type takes effect with the next index.
    const unchanged: string[] = [];
    for (const index of indices)
      if ((await addFields(client, index, mappings, signal)) !== undefined) unchanged.push(index);
    logger.warn(
      { topic: contract.topic, indices: unchanged.length, reason: refusal },
      'existing indices keep their mapping; the next index follows the contract',
    );
  } catch (error) {
    if (error instanceof errors.ResponseError)
      throw new Error(`Elasticsearch refuses ${pattern}: ${refusalText(error)}`);
    throw clusterProblem(error);
  }
}

/** Adds fields to the mapping of indices. @returns the reason where an existing field has another type */
async function addFields(
  client: Client,
  index: string,
  { properties = {} }: estypes.MappingTypeMapping,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await client.indices.putMapping({ index, properties }, { signal });
    return undefined;
  } catch (error) {
    if (error instanceof errors.ResponseError && error.statusCode === 400) return refusalText(error);
    throw error;
  }
}
