import type { JSONPath } from 'jsonc-parser';
import type { EventContract } from '@sluice/contracts';
import { indexTemplate, type Mapping } from '@sluice/index-templates';
import type { Report } from '../change.ts';
import { reasonOf } from './reason-of.ts';

type Properties = Readonly<Record<string, Mapping>>;

/** Compares the index templates that are derived from two versions of a contract: an index that exists keeps its mapping. */
export function compareMappings(
  before: EventContract,
  after: EventContract,
  pathOf: (field: string) => JSONPath,
  report: Report,
): void {
  let now: Properties;
  try {
    now = propertiesOf(after);
  } catch (error) {
    return report('mapping-impossible', [], '', reasonOf(error));
  }
  compareProperties(propertiesOf(before), now, '', (rule, field, message) =>
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
    const { properties: oldInner, ...oldOwn } = old;
    const { properties: inner, ...own } = now;
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
