import type { FastifyInstance } from 'fastify';
import { contracts, indexPattern, subjectName, tableName, topicName, type EventContract } from '@sluice/contracts';
import { registryOptions } from '@sluice/kafka';
import { describeError } from '@sluice/telemetry';
import type { TableColumn } from '@sluice/warehouse-schemas';
import type { ContractDetails, ContractSummary, SchemaVersion } from '../api/contracts.ts';
import { contractFields, type LiveForms } from './contract-fields.ts';
import { pathText } from './query-text.ts';
import type { ViewContext } from './view-context.ts';

const mostVersions = 20;
const timeoutMs = 5_000;

/** `/api/contracts` and `/api/contracts/TOPIC`. */
export function addContracts(server: FastifyInstance, context: ViewContext): void {
  const summary = (contract: EventContract): ContractSummary => ({
    ...{ name: contract.name, topic: topicName(contract), doc: contract.schema.doc ?? '' },
    ...{ key: [...contract.key], time: contract.time, rotation: contract.rotation },
    index: indexPattern(contract),
    table: tableName(contract, context.config.BIGQUERY_DATASET),
    fields: contract.schema.fields.length,
  });
  server.get('/api/contracts', () => contracts.map(summary));
  server.get('/api/contracts/:topic', async (request, reply): Promise<ContractDetails | undefined> => {
    const topic = pathText(request, 'topic');
    const contract = contracts.find((each) => topicName(each) === topic);
    if (contract === undefined) return reply.code(404).send({ reason: `There is no contract of the topic ${topic}.` });
    const notes: string[] = [];
    const tried = <T>(what: string, found: Promise<T>): Promise<T | undefined> =>
      found.catch((error: unknown) => void notes.push(`${what} could not be looked at: ${describeError(error)}`));
    const [mapping, columns, versions] = await Promise.all([
      tried('The mapping in Elasticsearch', context.places.search.mapping(contract)),
      tried('The table in BigQuery', liveColumns(context, contract)),
      tried('The schema registry', registeredVersions(context, contract)),
    ]);
    const live: LiveForms = { mapping, columns };
    return { ...summary(contract), columns: contractFields(contract, live), versions: versions ?? [], notes };
  });
}

async function liveColumns(
  { config, places: { rows } }: ViewContext,
  contract: EventContract,
): Promise<readonly TableColumn[] | undefined> {
  if (rows === undefined) return undefined;
  const table = tableName(contract, config.BIGQUERY_DATASET).split('.')[1] ?? '';
  const found = Object(await rows.request({ path: `/datasets/${config.BIGQUERY_DATASET}/tables/${table}` })) as {
    schema?: { fields?: readonly TableColumn[] };
  };
  return found.schema?.fields;
}

async function registeredVersions({ config }: ViewContext, contract: EventContract): Promise<SchemaVersion[]> {
  const { url, auth } = registryOptions(config);
  const headers: Record<string, string> =
    auth === undefined
      ? {}
      : { authorization: `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}` };
  const get = async (path: string): Promise<unknown> => {
    // All of a cluster's registries have the same: the first answer counts.
    const asked = url.map((one) => fetch(`${one}${path}`, { headers, signal: AbortSignal.timeout(timeoutMs) }));
    const response = await Promise.any(asked).catch(() => asked[0]);
    if (response === undefined) throw new Error('no registry is set');
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`it answers ${response.status}`);
    return response.json();
  };
  const subject = encodeURIComponent(subjectName(topicName(contract)));
  const numbers = await get(`/subjects/${subject}/versions`);
  if (!Array.isArray(numbers)) return [];
  const newest = numbers
    .map(Number)
    .sort((a, b) => b - a)
    .slice(0, mostVersions);
  return Promise.all(
    newest.map(async (version) => {
      const found = Object(await get(`/subjects/${subject}/versions/${version}`)) as { id?: number; schema?: string };
      return comparedVersion(version, found.id ?? 0, found.schema ?? '{}', contract);
    }),
  );
}

function comparedVersion(version: number, id: number, schema: string, contract: EventContract): SchemaVersion {
  const parsed = Object(JSON.parse(schema)) as { fields?: readonly { name: string }[] };
  const names = new Set((parsed.fields ?? []).map(({ name }) => name));
  const own = new Set(contract.schema.fields.map(({ name }) => name));
  const [added, removed] = [[...names.difference(own)], [...own.difference(names)]];
  return { version, id, fields: names.size, added, removed, isContract: added.length + removed.length === 0 };
}
