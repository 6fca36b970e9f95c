import { aliasName, indexPattern, sluiceField, type EventContract } from '@sluice/contracts';
import type { Mapping } from './field-mapping.ts';
import { recordProperties } from './mapping.ts';
import { hasText, textAnalysis } from './text-analysis.ts';

/** A composable index template, the body of the index-template API. */
export interface IndexTemplate {
  index_patterns: readonly string[];
  priority: number;
  template: {
    settings: Readonly<Record<string, string | number | readonly string[]>>;
    mappings: { dynamic: false; properties: Readonly<Record<string, Mapping>>; _meta: { contract: string } };
    aliases: Readonly<Record<string, object>>;
  };
}

/** What was moved aside is found by the names of fields, and only kept. */
const kept: Mapping = { type: 'keyword', index: false, doc_values: false };
const rescued: Mapping = {
  properties: { rescued: { properties: { field: { type: 'keyword', ignore_above: 1024 }, at: kept, value: kept } } },
};

/**
 * The index template of an event, derived from its contract alone.
 *
 * Unknown fields are kept in the document and not indexed (`dynamic: false`), so that a newer producer neither fails nor grows the mapping
 * without bound. They become searchable with a sink whose contract has them.
 */
export function indexTemplate(
  contract: EventContract,
  settings: { shards: number; replicas: number; refreshIntervalMs: number },
): IndexTemplate {
  const own = recordProperties(contract.schema, contract.refused);
  const properties = contract.refused === 'rescue' ? { ...own, [sluiceField]: rescued } : own;
  return {
    index_patterns: [indexPattern(contract)],
    // If one topic's name is a prefix of another's (`iot`, `iot-enriched`), both patterns match the longer's indices: its own must win.
    priority: 500 + contract.topic.length,
    template: {
      settings: {
        'index.number_of_shards': settings.shards,
        'index.number_of_replicas': settings.replicas,
        'index.refresh_interval': `${settings.refreshIntervalMs}ms`,
        ...(hasText({ properties }) && textAnalysis),
      },
      mappings: { dynamic: false, properties, _meta: { contract: contract.name } },
      aliases: { [aliasName(contract)]: {} },
    },
  };
}
