import { wholeNumber } from '@sluice/external-text';

/**
 * Reads a count, given as a number or in digits. Throws when it is not one, and when it is beyond 2^53: counters of a kernel
 * have 64 bits, but a number is exact, and fits into an event, only up to there. The group it belongs to is then null,
 * because a clamped or rounded counter would be a wrong one.
 */
export function exactCount(count: number | string | undefined): number {
  const value = typeof count === 'string' ? wholeNumber(count) : count;
  if (value === undefined || !Number.isSafeInteger(value))
    throw new Error(`"${count ?? ''}" is not a count below 2^53`);
  return value;
}
