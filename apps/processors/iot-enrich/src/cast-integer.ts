import { wholeNumber } from '@sluice/external-text';

/** A whole number in decimal digits that fits 32 bits; undefined for any other text. */
export const castInteger = (text: string): number | undefined =>
  wholeNumber(text, { min: -(2 ** 31), max: 2 ** 31 - 1 });
