/** How the JSON for one destination differs from that for another. */
export interface JsonRules {
  /**
   * The names of a record's fields.
   *
   * @param known the reader's fields; their names must not depend on the others
   * @param unknown the fields that only the writer's record has
   */
  names(known: readonly string[], isOutermost: boolean, unknown: readonly string[]): ReadonlyMap<string, string>;
  /** Whether fields that only the writer has are written. */
  readonly keepsUnknown: boolean;
  /**
   * Whether the JSON is a row for BigQuery, not a document for Elasticsearch. A row has an empty array for a null where an array may be,
   * because BigQuery refuses a null for a repeated column (https://cloud.google.com/bigquery/docs/nested-repeated#limitations), text for
   * a whole number beyond 2^53, and null for a value that the destination cannot hold.
   */
  readonly isRow: boolean;
  /** The most digits before the point that the destination holds of a decimal. */
  decimalDigits(precision: unknown, scale: number): number;
}

/** A document with all fields under their own names. */
export const plainJson: JsonRules = {
  names: (known, _, unknown) => new Map([...known, ...unknown].map((name) => [name, name])),
  keepsUnknown: true,
  isRow: false,
  decimalDigits: () => Infinity,
};
