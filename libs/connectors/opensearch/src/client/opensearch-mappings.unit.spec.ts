import { indexTemplate } from '@sluice/index-templates';
import { contracts } from '@sluice/contracts';
import { expect, it } from 'vitest';
import { opensearchMappings } from './opensearch-mappings.ts';

it('are those of Elasticsearch, but for objects with arbitrary names', () => {
  const mappings = {
    properties: { n: { type: 'long' }, o: { properties: { any: { type: 'flattened', depth_limit: 5 } } } },
  };
  expect(opensearchMappings(mappings)).toEqual({
    properties: { n: { type: 'long' }, o: { properties: { any: { type: 'flat_object' } } } },
  });
});

it('have no type that OpenSearch lacks, for each event', () => {
  for (const contract of contracts) {
    const { template } = indexTemplate(contract, { shards: 1, replicas: 0, refreshIntervalMs: 1000 });
    expect(JSON.stringify(opensearchMappings(template.mappings)), contract.topic).not.toContain('flattened');
  }
});
