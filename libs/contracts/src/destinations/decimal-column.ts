/** BigQuery's types for decimals, with the digits before the point that each holds. */
const wholeDigits = { NUMERIC: 29, BIGNUMERIC: 38, STRING: Infinity } as const;

/**
 * BigQuery's type for a decimal of this precision and scale: the first that holds all its values.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#decimal_types
 */
export function decimalColumn(precision: unknown, scale: unknown = 0): keyof typeof wholeDigits {
  // Without a precision any number is possible.
  if (typeof precision !== 'number' || typeof scale !== 'number') return 'STRING';
  const whole = precision - scale;
  if (scale <= 9 && whole <= wholeDigits.NUMERIC) return 'NUMERIC';
  return scale <= 38 && whole <= wholeDigits.BIGNUMERIC ? 'BIGNUMERIC' : 'STRING';
}

/** The digits before the point that such a column holds; a writer may exceed the precision that it states. */
export const decimalColumnDigits = (precision: unknown, scale?: unknown): number =>
  wholeDigits[decimalColumn(precision, scale)];
