/** Fields of a mapping, as the cluster has them. */
export type Properties = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Properties => typeof value === 'object' && value !== null;
/** The fields within a mapping; none where it is not an object's. */
export const propertiesOf = (mapping: unknown): Properties =>
  isObject(mapping) && isObject(mapping['properties']) ? mapping['properties'] : {};
/** A mapping without a type is an object's. */
const typeOf = (mapping: unknown): unknown => (isObject(mapping) ? (mapping['type'] ?? 'object') : undefined);

/** The types whose malformed values can be kept and ignored: https://www.elastic.co/docs/reference/elasticsearch/mapping-reference/ignore-malformed */
const tolerant: readonly unknown[] = [
  ...['byte', 'short', 'integer', 'long', 'unsigned_long', 'half_float', 'float', 'double', 'scaled_float'],
  ...['boolean', 'date', 'date_nanos', 'ip'],
];

/**
 * What an index can still take of the mapping that a contract wants: its new fields. Those that it has keep their types.
 *
 * @param rescues whether fields that it has are to ignore malformed values, where their types can
 */
export function addableFields(own: Properties, wanted: Properties, rescues: boolean): Properties {
  return Object.fromEntries(
    Object.entries(wanted).flatMap(([name, mapping]): [string, unknown][] => {
      const found = Object.hasOwn(own, name) ? own[name] : undefined;
      if (!isObject(found)) return [[name, mapping]];
      const isSame = typeOf(found) === typeOf(mapping);
      if (isSame && 'properties' in found) {
        const properties = addableFields(propertiesOf(found), propertiesOf(mapping), rescues);
        return [[name, { ...('type' in found && { type: found['type'] }), properties }]];
      }
      return rescues && tolerant.includes(found['type']) ? [[name, { ...found, ignore_malformed: true }]] : [];
    }),
  );
}
