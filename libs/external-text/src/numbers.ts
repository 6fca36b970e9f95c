/**
 * A whole number in decimal digits, with a minus or without. No blank, plus, point, exponent, or other digits than 0 to 9.
 *
 * @param bounds both inclusive, and no wider than the numbers that are exact (2^53), which they are unless given
 * @returns undefined for any other text, and out of bounds
 */
export function wholeNumber(
  text: string,
  { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number } = {},
): number | undefined {
  return /^-?\d+$/.test(text) ? within(Number(text), min, max) : undefined;
}

/**
 * A decimal number: digits, with a sign or without, and up to 15 digits behind a point. No exponent, no `NaN`, no `Infinity`.
 *
 * @param bounds both inclusive
 * @returns the nearest double; undefined for any other text, and out of bounds
 */
export function decimalNumber(text: string, { min, max }: { min: number; max: number }): number | undefined {
  return /^[+-]?\d{1,15}(\.\d{1,15})?$/.test(text) ? within(Number(text), min, max) : undefined;
}

/** Turns minus zero into zero. */
const within = (number: number, min: number, max: number): number | undefined =>
  number >= min && number <= max ? number + 0 : undefined;
