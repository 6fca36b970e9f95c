/** The mappings of OpenSearch for those of Elasticsearch: where that has `flattened`, this has `flat_object`, which takes no parameters. */
export function opensearchMappings<T extends object>(mappings: T): object {
  return Object.fromEntries(Object.entries(mappings).map(([name, value]: [string, unknown]) => [name, renamed(value)]));
}

function renamed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  if ('type' in value && value.type === 'flattened') return { type: 'flat_object' };
  // Its booleans have no `ignore_malformed`: such a value is refused, and moved aside.
  if ('type' in value && value.type === 'boolean') return { type: 'boolean' };
  return opensearchMappings(value);
}
