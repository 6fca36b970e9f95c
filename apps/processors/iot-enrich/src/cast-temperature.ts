import { decimalNumber } from '@sluice/external-text';

const absoluteZero = -273.15;
const greatest = 1000;

/** Degrees Celsius as a decimal number, from absolute zero to 1000; undefined for any other text. */
export const castTemperature = (text: string): number | undefined =>
  decimalNumber(text, { min: absoluteZero, max: greatest });

/** Degrees Fahrenheit. */
export const fahrenheit = (celsius: number): number => celsius * 1.8 + 32;
