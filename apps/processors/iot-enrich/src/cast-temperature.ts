const absoluteZero = -273.15;
const greatest = 1000;

/** Degrees Celsius as a decimal number, from absolute zero to 1000; undefined for any other text. */
export function castTemperature(text: string): number | undefined {
  if (!/^[+-]?\d{1,4}(\.\d{1,15})?$/.test(text)) return undefined;
  // Makes zero of minus zero.
  const number = Number(text) + 0;
  return number >= absoluteZero && number <= greatest ? number : undefined;
}

/** Degrees Fahrenheit. */
export const fahrenheit = (celsius: number): number => celsius * 1.8 + 32;
