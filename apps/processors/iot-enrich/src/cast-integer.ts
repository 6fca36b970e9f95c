const least = -(2 ** 31);
const greatest = 2 ** 31 - 1;

/** A whole number in decimal digits that fits 32 bits; undefined for any other text. */
export function castInteger(text: string): number | undefined {
  if (!/^-?\d+$/.test(text)) return undefined;
  // Makes zero of minus zero.
  const number = Number(text) + 0;
  return number >= least && number <= greatest ? number : undefined;
}
