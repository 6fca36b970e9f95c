import type { JSONPath } from 'jsonc-parser';
import type { EventContract } from '@sluice/contracts';
import { indexTemplate, type Mapping } from '@sluice/index-templates';
import type { Report } from '../change.ts';
import { deriveBoth } from './derive-both.ts';

type Properties = Readonly<Record<string, Mapping>>;

/** Compares the index templates that are derived from two versions of a contract: an index that exists keeps its mapping. */
export function compareMappings(
  before: EventContract,
  after: EventContract,
  pathOf: (field: string) => JSONPath,
  report: Report,
): void {
  const mappings = deriveBoth(propertiesOf, before, after, (reason) => report('mapping-impossible', [], '', reason));
  if (mappings === undefined) return;
  compareProperties(mappings.old, mappings.now, '', (rule, field, message) =>
    report(rule, pathOf(field), field, message),
  );
}

const propertiesOf = (contract: EventContract): Properties =>
  indexTemplate(contract, { shards: 1, replicas: 0, refreshIntervalMs: 1000 }).template.mappings.properties;

function compareProperties(
  before: Properties,
  after: Properties,
  within: string,
  report: (rule: 'mapping-changed' | 'mapping-widened', field: string, message: string) => void,
): void {
  for (const [name, now] of Object.entries(after)) {
    const old = before[name];
    if (old === undefined) continue;
    const field = within + name;
    // Whether malformed values are ignored follows from `refused`, and an index that exists takes the change.
    const { properties: oldInner, ignore_malformed: _, ...oldOwn } = old;
    const { properties: inner, ignore_malformed: _now, ...own } = now;
    if (JSON.stringify(own) !== JSON.stringify(oldOwn) || (inner === undefined) !== (oldInner === undefined)) {
      const widened = (wider[old.type ?? ''] ?? []).includes(now.type ?? '');
      report(
        widened ? 'mapping-widened' : 'mapping-changed',
        field,
        `it is ${described(now)}, and was ${described(old)}`,
      );
    } else if (inner !== undefined && oldInner !== undefined) compareProperties(oldInner, inner, `${field}.`, report);
  }
}

/** Types of Elasticsearch that hold all values of a type, and are searched in the same way. */
const wider: Readonly<Record<string, readonly string[]>> = {
  integer: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
};

function described({ type = 'object', fields, index, enabled }: Mapping): string {
  const kinds = Object.keys(fields ?? {});
  return `${type}${kinds.length > 0 ? ` with ${kinds.join(', ')}` : ''}${index === false || enabled === false ? ', not searchable' : ''}`;
}
