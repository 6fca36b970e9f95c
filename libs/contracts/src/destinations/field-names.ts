/** The names of a record's fields at a destination, by their own names. */
export type FieldNames = ReadonlyMap<string, string>;

/**
 * The metadata fields of Elasticsearch, which refuses a document with one of them at the top level.
 * https://www.elastic.co/docs/reference/elasticsearch/mapping-reference/document-metadata-fields
 */
const metadataFields: ReadonlySet<string> = new Set([
  ...['_id', '_index', '_source', '_routing', '_ignored', '_ignored_source', '_field_names', '_type', '_version'],
  ...['_seq_no', '_primary_term', '_doc_count', '_tier', '_nested_path', '_feature', '_data_stream_timestamp', '_size'],
  ...['_inference_fields', '_meta', '_tsid', '_ts_routing_hash', '_recovery_source', '_parent', '_uid', '_all'],
]);

/** https://cloud.google.com/bigquery/docs/schemas#column_names */
const reservedPrefix =
  /^(_TABLE_|_FILE_|_PARTITION|_ROW_TIMESTAMP|__ROOT__|_COLIDENTIFIER|_CHANGE_SEQUENCE_NUMBER|_CHANGE_TYPE|_CHANGE_TIMESTAMP)/i;
/** BigQuery's limit is 300 characters; this leaves room for a number. */
const longestColumn = 290;

/** The column of a row's place in Kafka. */
const lineageName = '_kafka';

/** The outermost field of what Sluice adds to a document or a row, such as values that were moved aside. */
export const sluiceField = '_sluice';

/**
 * The names of a record's fields in an Elasticsearch document. At the top level a name that Elasticsearch reserves gets the prefix `field`,
 * and so does `_sluice`: `_id` becomes `field_id`. A dot, which separates names there, becomes an underscore.
 *
 * @param known the fields of the contract's record; their names do not depend on the others
 * @param unknown the other fields of the writer's record
 */
export function documentNames(
  known: readonly string[],
  isOutermost: boolean,
  unknown: readonly string[] = [],
): FieldNames {
  const wish = (name: string): string => {
    const plain = name.trim() === '' ? 'field' : name.replaceAll('.', '_');
    const isTaken = metadataFields.has(plain) || plain === sluiceField;
    return isOutermost && isTaken ? `field${plain}` : plain;
  };
  return distinctNames([known, unknown], wish, (name) => name);
}

/**
 * The names of a record's fields in BigQuery: of columns, in JSON lines, in Avro files. BigQuery ignores case, so of names that differ only
 * in case the first is kept, and the others get `_2`, `_3` and so on. A name that BigQuery reserves gets the prefix `field`, and so do
 * `_kafka` and `_sluice` at the top level. A name that is too long is cut, and numbered where that makes two equal.
 *
 * @param known see `documentNames`
 */
export function rowNames(known: readonly string[], isOutermost: boolean, unknown: readonly string[] = []): FieldNames {
  const wish = (name: string): string => {
    const plain = name.replaceAll(/[^\p{L}\p{M}\p{N}_]/gu, '_');
    const isReserved =
      !/^[\p{L}_]/u.test(plain) ||
      reservedPrefix.test(plain) ||
      (isOutermost && [lineageName, sluiceField].includes(plain.toLowerCase()));
    return (isReserved ? `field${plain}` : plain).slice(0, longestColumn);
  };
  return distinctNames([known, unknown], wish, (name) => name.toLowerCase());
}

/** Columns that every table of PostgreSQL has: https://www.postgresql.org/docs/current/ddl-system-columns.html */
const systemColumns: ReadonlySet<string> = new Set(['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid']);

/** The columns that say which record a row of PostgreSQL comes from. */
const placeColumns: ReadonlySet<string> = new Set(['_partition', '_offset', '_id', '_time']);

/** An identifier of PostgreSQL has 63 bytes at most; this leaves room for a number. */
const longestIdentifierBytes = 58;

/**
 * The names of a record's fields in PostgreSQL: of columns, and of keys within `jsonb`. A column that PostgreSQL or Sluice has already
 * gets the prefix `field`, as `field_id` for `_id`. A name that is too long is cut, and numbered where that makes two equal.
 *
 * @param known see `documentNames`
 */
export function columnNames(
  known: readonly string[],
  isOutermost: boolean,
  unknown: readonly string[] = [],
): FieldNames {
  const wish = (name: string): string => {
    if (!isOutermost) return name;
    const plain = name === '' ? 'field' : name;
    const free = placeColumns.has(plain) ? `field${plain}` : systemColumns.has(plain) ? `field_${plain}` : plain;
    return cutTo(free, longestIdentifierBytes);
  };
  return distinctNames([known, unknown], wish, (name) => name);
}

function cutTo(text: string, bytes: number): string {
  const points = [...text];
  while (Buffer.byteLength(points.join('')) > bytes) points.pop();
  return points.join('');
}

/** Gives each name the one wished for, with a number appended if it is taken. Names that need no change are served first. */
function distinctNames(
  groups: readonly (readonly string[])[],
  wish: (name: string) => string,
  sameAs: (name: string) => string,
): FieldNames {
  const found = new Map<string, string>();
  const taken = new Set<string>();
  const take = (name: string, free: string) => {
    taken.add(sameAs(free));
    found.set(name, free);
  };
  for (const group of groups) {
    for (const name of group) if (wish(name) === name && !taken.has(sameAs(name))) take(name, name);
    for (const name of group) {
      if (found.has(name)) continue;
      const wished = wish(name);
      let free = wished;
      for (let number = 2; taken.has(sameAs(free)); number++) free = `${wished}_${number}`;
      take(name, free);
    }
  }
  return new Map(groups.flat().map((name) => [name, found.get(name) ?? name]));
}
