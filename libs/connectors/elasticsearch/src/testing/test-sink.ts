import { Client } from '@elastic/elasticsearch';
import { loadConfig } from '@sluice/config';
import type { EventContract } from '@sluice/contracts';
import { createLogger } from '@sluice/telemetry';
import { serverAddresses } from '@sluice/testkit';
import { documentReader } from '../reader/document-reader.ts';
import { elasticsearchRules, elasticsearchSinkSettings, type ElasticsearchSinkConfig } from '../settings.ts';

export { statuses, testContract, testRecord, write } from '@sluice/document-sink/testing';

/** The environment's server, for looking at what arrived. */
export const server = () => new Client({ node: serverAddresses().elasticsearchUrl });

/** A configuration as the app would read it, against the environment's server by default. */
export const testConfig = (environment: Readonly<Record<string, string>> = {}): ElasticsearchSinkConfig =>
  loadConfig(
    'elasticsearch',
    elasticsearchSinkSettings,
    { ELASTICSEARCH_URL: serverAddresses().elasticsearchUrl, ELASTICSEARCH_REPLICAS: '0', ...environment },
    elasticsearchRules,
  );

export const silent = createLogger({ app: 'test', level: 'fatal', format: 'json', to: 'stderr' });

/** The ids in each index under a contract's alias. */
export async function idsByIndex(contract: EventContract): Promise<Record<string, string[]>> {
  const reader = documentReader(testConfig(), new AbortController().signal);
  try {
    await reader.refresh(contract);
    const found: Record<string, string[]> = {};
    for await (const page of (await reader.snapshot(contract)).pages())
      for (const { place, id } of page) (found[place] ??= []).push(id);
    for (const ids of Object.values(found)) ids.sort();
    return found;
  } finally {
    await reader.close();
  }
}

/** Removes what a test's contract left on the server. */
export async function removeIndices(client: Client, contract: EventContract): Promise<void> {
  const indices = Object.keys(await client.indices.get({ index: `${contract.topic}-*`, expand_wildcards: 'all' }));
  if (indices.length > 0) await client.indices.delete({ index: indices });
  await client.indices.deleteIndexTemplate({ name: contract.topic }, { ignore: [404] });
}
