/**
 * What JSON is written for.
 *
 * `document`: Elasticsearch. Names are those of `documentNames`.
 *
 * `row`: BigQuery. Names are those of `rowNames`; a null where an array may be is an empty array, since BigQuery refuses a null for a
 * repeated column (https://cloud.google.com/bigquery/docs/nested-repeated#limitations).
 *
 * `known document` and `known row` leave out the fields that only the writer has: so a table has columns for all of a row.
 */
export type JsonForm = 'document' | 'row' | 'known document' | 'known row';

export const isRowForm = (form: JsonForm): boolean => form === 'row' || form === 'known row';
export const keepsUnknown = (form: JsonForm): boolean => form === 'document' || form === 'row';
