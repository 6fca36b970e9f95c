import { indexTemplate, type IndexTemplate } from '@sluice/index-templates';
import { aliasName, indexPattern, isIndexOf, templateName, type EventContract } from '@sluice/contracts';
import type { Logger } from '@sluice/telemetry';
import type { ClusterAnswer, ClusterRequest, DocumentCluster } from '../cluster.ts';
import { addableFields, type Properties } from './addable-fields.ts';
import { withFormerFields } from './former-fields.ts';
import { refusalText } from './refusal-text.ts';

type Mappings = IndexTemplate['template']['mappings'];

/** How indices are made. */
export interface IndexOptions {
  readonly settings: Parameters<typeof indexTemplate>[1];
  /** Changes mappings to those that the cluster knows. */
  readonly mappings?: (mappings: Mappings) => object;
}

/**
 * Puts the template of new indices, and updates the existing ones: adds them to the alias, and the contract's newer fields to their
 * mappings, also where another field's type has changed. Repeatable.
 *
 * @throws Error in one line when the cluster refuses, and what `DocumentCluster.request` throws
 */
export async function prepareIndices(
  cluster: DocumentCluster,
  contract: EventContract,
  options: IndexOptions,
  { logger, signal }: { logger: Logger; signal: AbortSignal },
): Promise<void> {
  const { index_patterns, priority, template: derived } = indexTemplate(contract, options.settings);
  const pattern = indexPattern(contract);
  const alias = aliasName(contract);
  const template = await withFormerFields(cluster, contract, derived, signal);
  const mappings: { properties?: object } = options.mappings?.(template.mappings) ?? template.mappings;
  const send = async (request: ClusterRequest): Promise<unknown> => {
    const answer = await cluster.request(request, signal);
    if (answer.status < 400) return answer.body;
    throw new Error(`${cluster.product} refuses ${pattern}: ${refusalText(answer, cluster.remedy)}`);
  };
  const put = await send({
    method: 'PUT',
    path: `/_index_template/${encodeURIComponent(templateName(contract))}`,
    body: { index_patterns: [...index_patterns], priority, template: { ...template, mappings } },
  });
  // Some clients do not take a redirect for an error.
  if (typeof put !== 'object' || put === null || !('acknowledged' in put) || put.acknowledged !== true)
    throw new Error(`the server does not answer as ${cluster.product} does: check ${cluster.addressSetting}`);
  const existing = (await send({
    method: 'GET',
    path: `/${encodeURIComponent(pattern)}/_alias`,
    querystring: { expand_wildcards: 'open' },
  })) as Record<string, { aliases: Record<string, unknown> }>;
  const indices = Object.keys(existing).filter((index) => isIndexOf(contract, index));
  const outsideAlias = indices.filter((index) => existing[index]?.aliases[alias] === undefined);
  if (outsideAlias.length > 0)
    await send({ method: 'POST', path: '/_aliases', body: { actions: [{ add: { indices: outsideAlias, alias } }] } });
  if (indices.length === 0) return;
  const wanted: Properties = { ...mappings.properties };
  const addFields = (index: string, properties: Properties) =>
    tryToAddFields(cluster, index, properties, { pattern, signal });
  const isPatternShared = indices.length < Object.keys(existing).length;
  if (!isPatternShared && (await addFields(pattern, wanted)) === undefined) return;
  // One refusal fails the whole request, so each index is tried alone. The changed type takes effect with the next index.
  const refusals: string[] = [];
  for (const index of indices) {
    const refusal = await addFields(index, wanted);
    if (refusal === undefined) continue;
    refusals.push(refusal);
    const found = (await send({ method: 'GET', path: `/${encodeURIComponent(index)}/_mapping` })) as Record<
      string,
      { mappings?: { properties?: Properties } }
    >;
    const own = found[index]?.mappings?.properties ?? {};
    const addable = addableFields(own, wanted, contract.refused === 'rescue');
    if ((await addFields(index, addable)) === undefined) continue;
    // One of them needs what the index lacks, such as an analyzer.
    for (const [name, mapping] of Object.entries(addable)) await addFields(index, { [name]: mapping });
  }
  if (refusals.length === 0) return;
  logger.warn(
    { topic: contract.topic, indices: refusals.length, reason: refusals[0] },
    'fields of existing indices keep their types; the next index follows the contract',
  );
}

/** Adds fields to the mapping of indices. @returns the reason where an existing field has another type */
async function tryToAddFields(
  cluster: DocumentCluster,
  index: string,
  properties: object,
  { pattern, signal }: { pattern: string; signal: AbortSignal },
): Promise<string | undefined> {
  const path = `/${encodeURIComponent(index)}/_mapping`;
  const answer: ClusterAnswer = await cluster.request({ method: 'PUT', path, body: { properties } }, signal);
  if (answer.status < 400) return undefined;
  const refusal = refusalText(answer, cluster.remedy);
  if (answer.status === 400) return refusal;
  throw new Error(`${cluster.product} refuses ${pattern}: ${refusal}`);
}
