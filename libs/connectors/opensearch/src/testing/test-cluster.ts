import { Client } from '@opensearch-project/opensearch';
import { loadConfig } from '@sluice/config';
import type { EventContract } from '@sluice/contracts';
import { createLogger } from '@sluice/telemetry';
import { opensearchReader } from '../reader/opensearch-reader.ts';
import { opensearchRules, opensearchSinkSettings, type OpensearchSinkConfig } from '../settings.ts';

export const silent = createLogger({ app: 'test', level: 'fatal', format: 'json', to: 'stderr' });

/** A configuration as the app would read it. */
export const testConfig = (url: string, environment: Readonly<Record<string, string>> = {}): OpensearchSinkConfig =>
  loadConfig(
    'opensearch',
    opensearchSinkSettings,
    { OPENSEARCH_URL: url, OPENSEARCH_REPLICAS: '0', ...environment },
    opensearchRules,
  );

/** The ids of all documents under a contract's alias. */
export async function storedIds(url: string, contract: EventContract): Promise<string[]> {
  const reader = opensearchReader(testConfig(url), new AbortController().signal);
  try {
    await reader.refresh(contract);
    const snapshot = await reader.snapshot(contract);
    const found: string[] = [];
    for await (const page of snapshot.pages()) for (const { id } of page) found.push(id);
    await snapshot.close();
    return found;
  } finally {
    await reader.close();
  }
}

/** Removes what a test's contract left on the server. */
export async function removeIndices(url: string, { topic }: EventContract): Promise<void> {
  const client = new Client({ node: url });
  try {
    const { body } = await client.indices.get({ index: `${topic}-*` });
    const indices = Object.keys(body);
    if (indices.length > 0) await client.indices.delete({ index: indices });
    await client.indices.deleteIndexTemplate({ name: topic }, { ignore: [404] });
  } finally {
    await client.close();
  }
}
