import type { JsonRules } from '@sluice/avro';
import { decimalColumnDigits } from './decimal-column.ts';
import { columnNames, documentNames, rowNames } from './field-names.ts';

/**
 * The forms of an event's JSON: a `document` for Elasticsearch, under the names of `documentNames`, a `row` for BigQuery, under those of
 * `rowNames`, and an `sql row` for PostgreSQL, under those of `columnNames`. `known document` and `known row` leave out the fields that
 * only the writer has, so that a table has a column for each field of a row.
 */
export type JsonForm = 'document' | 'row' | 'sql row' | 'known document' | 'known row';

/** Elasticsearch maps a decimal to a double, which has no more digits before the point. */
const doubleDigits = 308;

const document: JsonRules = {
  names: documentNames,
  keepsUnknown: true,
  isRow: false,
  decimalDigits: () => doubleDigits,
};
const row: JsonRules = { names: rowNames, keepsUnknown: true, isRow: true, decimalDigits: decimalColumnDigits };

/** The digits before the point of PostgreSQL's `numeric`: https://www.postgresql.org/docs/current/datatype-numeric.html */
const numericDigits = 131_072;
const sqlRow: JsonRules = { names: columnNames, keepsUnknown: true, isRow: true, decimalDigits: () => numericDigits };

const rules: Readonly<Record<JsonForm, JsonRules>> = {
  document,
  row,
  'sql row': sqlRow,
  'known document': { ...document, keepsUnknown: false },
  'known row': { ...row, keepsUnknown: false },
};

/** What a transcoder needs to know of a form. */
export const jsonRules = (form: JsonForm): JsonRules => rules[form];
