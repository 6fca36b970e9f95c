/** BigQuery's types of decimals, and how many digits before the point each holds. */
const wholeDigits = { NUMERIC: 29, BIGNUMERIC: 38, STRING: Infinity } as const;

/**
 * The type that BigQuery has for a decimal of this precision and scale: the first that holds all its values.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#decimal_types
 */
export function decimalColumn(precision: unknown, scale: unknown = 0): keyof typeof wholeDigits {
  // Without a precision any number may come.
  if (typeof precision !== 'number' || typeof scale !== 'number') return 'STRING';
  const whole = precision - scale;
  if (scale <= 9 && whole <= wholeDigits.NUMERIC) return 'NUMERIC';
  return scale <= 38 && whole <= wholeDigits.BIGNUMERIC ? 'BIGNUMERIC' : 'STRING';
}

/** How many digits before the point such a column takes: a writer need not keep to the precision that it states. */
export const decimalColumnDigits = (precision: unknown, scale?: unknown): number =>
  wholeDigits[decimalColumn(precision, scale)];
