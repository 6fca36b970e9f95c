import { aliasName, indexPattern, type EventContract } from '@sluice/schemas';
import { recordProperties, type Mapping } from './mapping.ts';
import { hasText, textAnalysis } from './text-analysis.ts';

/** A composable index template as the index-template API takes it. */
export interface IndexTemplate {
  index_patterns: readonly string[];
  priority: number;
  template: {
    settings: Readonly<Record<string, string | number | readonly string[]>>;
    mappings: { dynamic: false; properties: Readonly<Record<string, Mapping>>; _meta: { contract: string } };
    aliases: Readonly<Record<string, object>>;
  };
}

/**
 * The index template of an event, derived from its contract alone.
 *
 * Unknown fields are kept in the document and not indexed (`dynamic: false`), so a newer producer neither fails nor grows the
 * mapping without bound; they become searchable when this template, and with it the sink, knows them.
 */
export function indexTemplate(
  contract: EventContract,
  settings: { shards: number; replicas: number; refreshIntervalMs: number },
): IndexTemplate {
  const properties = recordProperties(contract.schema);
  return {
    index_patterns: [indexPattern(contract)],
    // Where one topic's name begins another's (`iot`, `iot-enriched`), both patterns match the longer's indices: its own must win.
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
