import { aliasName, documentNames, indexPattern, sluiceField, type EventContract } from '@sluice/contracts';
import { countFields, defaultFieldLimit } from './count-fields.ts';
import type { Mapping } from './field-mapping.ts';
import { beyondFields, openTemplates, recordProperties, type DynamicTemplate } from './mapping.ts';
import { hasText, textAnalysis } from './text-analysis.ts';

/** A composable index template, the body of the index-template API. */
export interface IndexTemplate {
  index_patterns: readonly string[];
  priority: number;
  template: {
    settings: Readonly<Record<string, string | number | readonly string[]>>;
    mappings: {
      dynamic: false;
      /** Absent where no part of the contract is open. */
      date_detection?: false;
      dynamic_templates?: readonly Readonly<Record<string, DynamicTemplate>>[];
      properties: Readonly<Record<string, Mapping>>;
      _meta: { contract: string };
    };
    aliases: Readonly<Record<string, object>>;
  };
}

/** What was moved aside is found by the names of fields, and only kept. */
const kept: Mapping = { type: 'keyword', index: false, doc_values: false };
const rescued: Mapping = {
  properties: { field: { type: 'keyword', ignore_above: 1024 }, at: kept, value: kept },
};

/** What Sluice may add to a document. */
function added({ refused }: EventContract, open: readonly string[]): Record<string, Mapping> {
  if (refused === 'dead-letter' && open.length === 0) return {};
  const properties = { ...(refused === 'rescue' && { rescued }), ...(open.length > 0 && { flattened: beyondFields }) };
  return { [sluiceField]: { properties } };
}

/** The open parts of an event's documents, by their names there: see `FieldAnnotation.open`. */
export function openParts({ schema }: EventContract): string[] {
  const names = documentNames(
    schema.fields.map(({ name }) => name),
    true,
  );
  return schema.fields.flatMap(({ name, sluice }) => (sluice?.open === true ? [names.get(name) ?? name] : []));
}

/**
 * The index template of an event, derived from its contract alone.
 *
 * Unknown fields are kept in the document and not indexed (`dynamic: false`), so that a newer producer neither fails nor grows the mapping
 * without bound. They become searchable with a sink whose contract has them.
 *
 * @param settings.fields how many fields an index may have; the contract's own in any case
 */
export function indexTemplate(
  contract: EventContract,
  settings: { shards: number; replicas: number; refreshIntervalMs: number; fields?: number },
): IndexTemplate {
  const open = openParts(contract);
  const properties = { ...recordProperties(contract.schema, contract.refused), ...added(contract, open) };
  return {
    index_patterns: [indexPattern(contract)],
    // If one topic's name is a prefix of another's (`iot`, `iot-enriched`), both patterns match the longer's indices: its own must win.
    priority: 500 + contract.topic.length,
    template: {
      settings: {
        'index.number_of_shards': settings.shards,
        'index.number_of_replicas': settings.replicas,
        'index.refresh_interval': `${settings.refreshIntervalMs}ms`,
        // The contract's own fields always fit.
        'index.mapping.total_fields.limit': Math.max(settings.fields ?? defaultFieldLimit, countFields({ properties })),
        ...(hasText({ properties }) && textAnalysis),
      },
      mappings: {
        dynamic: false,
        ...(open.length > 0 && { date_detection: false, dynamic_templates: open.flatMap(openTemplates) }),
        properties,
        _meta: { contract: contract.name },
      },
      aliases: { [aliasName(contract)]: {} },
    },
  };
}
