import { templateName, type EventContract } from '@sluice/contracts';
import type { IndexTemplate } from '@sluice/index-templates';
import type { DocumentCluster } from '../cluster.ts';

type Template = IndexTemplate['template'];
type Properties = Template['mappings']['properties'];

/**
 * Keeps the fields that an earlier template of the topic has, and its wider numbers. Several processes may have seen different schemas of
 * the topic, and none of them may take away what another one needs.
 */
export async function withFormerFields(
  cluster: DocumentCluster,
  contract: EventContract,
  template: Template,
  signal: AbortSignal,
): Promise<Template> {
  const path = `/_index_template/${encodeURIComponent(templateName(contract))}`;
  const { status, body } = await cluster.request({ method: 'GET', path }, signal);
  const former = status < 400 ? formerMappings(body) : undefined;
  // An index template of somebody else, under the same name, is replaced.
  if (former?._meta?.contract !== contract.name) return template;
  const properties = merged(former.properties ?? {}, template.mappings.properties);
  return { ...template, mappings: { ...template.mappings, properties } };
}

interface FormerMappings {
  _meta?: { contract?: string };
  properties?: Properties;
}

const formerMappings = (body: unknown): FormerMappings | undefined =>
  (body as { index_templates?: { index_template?: { template?: { mappings?: FormerMappings } } }[] })
    .index_templates?.[0]?.index_template?.template?.mappings;

function merged(former: Properties, own: Properties): Properties {
  const both = Object.entries(own).map(([name, mapping]) => {
    const before = former[name];
    if (before?.properties && mapping.properties)
      return [name, { ...mapping, properties: merged(before.properties, mapping.properties) }] as const;
    return [name, { ...mapping, ...widerType(before?.type, mapping.type) }] as const;
  });
  return { ...former, ...Object.fromEntries(both) };
}

const widerNumbers: Readonly<Record<string, readonly string[]>> = {
  integer: ['long', 'double'],
  long: ['double'],
  float: ['double'],
};

/** The former type where it is the wider number. */
const widerType = (former = '', own = ''): { type?: string } =>
  widerNumbers[own]?.includes(former) === true ? { type: former } : {};
