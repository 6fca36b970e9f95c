import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { cached } from './go-program.ts';
import { openApiFile } from './kubernetes-tools.ts';

type Schema = { [key: string]: unknown };
interface OpenApi {
  definitions: Record<string, Schema & { 'x-kubernetes-group-version-kind'?: Kind[] }>;
}
interface Kind {
  group: string;
  version: string;
  kind: string;
}
interface Definition {
  spec: {
    group: string;
    names: { kind: string };
    versions: { name: string; schema: { openAPIV3Schema: Schema } }[];
  };
}

/**
 * A folder of JSON schemas in kubeconform's layout, one per kind, that allow no unknown field. kubeconform would download them; they are
 * made from the OpenAPI document in Kubernetes' module and from the CustomResourceDefinitions instead.
 */
export function apiSchemas(version: string, definitionsFolder: string): Promise<string> {
  return cached(`kubernetes-schemas-${version}`, async (folder) => {
    const { definitions } = JSON.parse(await readFile(await openApiFile(version), 'utf8')) as OpenApi;
    const strict = Object.fromEntries(Object.entries(definitions).map(([name, schema]) => [name, closed(schema)]));
    await writeFile(join(folder, 'definitions.json'), JSON.stringify({ definitions: strict }));
    for (const [name, { 'x-kubernetes-group-version-kind': kinds = [] }] of Object.entries(definitions))
      for (const kind of kinds)
        await writeFile(join(folder, fileOf(kind)), JSON.stringify({ $ref: `definitions.json#/definitions/${name}` }));
    await mkdir(folder, { recursive: true });
    for (const file of await readdir(definitionsFolder)) {
      const { spec } = parse(await readFile(join(definitionsFolder, file), 'utf8')) as Definition;
      for (const { name, schema } of spec.versions)
        await writeFile(
          join(folder, fileOf({ group: spec.group, version: name, kind: spec.names.kind })),
          JSON.stringify(closed(withMetadata(schema.openAPIV3Schema))),
        );
    }
  });
}

/** What kubeconform's `-schema-location` is for such a folder. */
export const schemaLocation = (folder: string): string => join(folder, '{{ .ResourceKind }}{{ .KindSuffix }}.json');

/** kubeconform names a kind by itself and, behind it, the first part of the group and the version. */
function fileOf({ group, version, kind }: Kind): string {
  const [first = ''] = group.split('.');
  return `${[kind, first, version]
    .filter((part) => part !== '')
    .join('-')
    .toLowerCase()}.json`;
}

function withMetadata(schema: Schema): Schema {
  const properties = schema['properties'] as Schema;
  return {
    ...schema,
    properties: { ...properties, metadata: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
  };
}

/** The schema without room for unknown fields, where it names its own; Kubernetes' IntOrString is a string in its document. */
function closed(schema: unknown): Schema {
  return walk(schema) as Schema;
}

function walk(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(walk);
  if (typeof node !== 'object' || node === null) return node;
  const found = node as Schema;
  if (found['format'] === 'int-or-string' || found['x-kubernetes-int-or-string'] === true)
    return { type: ['string', 'integer'] };
  const walked = Object.fromEntries(Object.entries(found).map(([key, value]) => [key, walk(value)]));
  delete walked['format'];
  const isOpen = 'additionalProperties' in found || found['x-kubernetes-preserve-unknown-fields'] === true;
  return typeof found['properties'] === 'object' &&
    !Array.isArray(found['properties']) &&
    found['type'] === 'object' &&
    !isOpen
    ? { ...walked, additionalProperties: false }
    : walked;
}
