/** How many fields an index may have unless its settings say otherwise. */
export const defaultFieldLimit = 1_000;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/**
 * The fields of a mapping as a cluster counts them against `index.mapping.total_fields.limit`: objects count, and so do copies of a text.
 *
 * Source: https://www.elastic.co/docs/reference/elasticsearch/index-settings/mapping-limit
 *
 * @param mapping a mapping, or the mapping of one field
 */
export function countFields(mapping: unknown): number {
  if (!isObject(mapping)) return 0;
  return ['properties', 'fields', 'runtime'].reduce((sum, kind) => {
    const inner = mapping[kind];
    return isObject(inner) ? Object.values(inner).reduce((all: number, one) => all + 1 + countFields(one), sum) : sum;
  }, 0);
}
