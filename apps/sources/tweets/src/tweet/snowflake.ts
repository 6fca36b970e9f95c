/** X's ids hold the millisecond of their making in all but the lowest 22 bits, counted from this moment. */
const epochMs = 1_288_834_974_657;
const lowBits = 22n;

/** Ids from before 4 November 2010 are plain numbers and hold no time. */
const firstSnowflake = 29_700_859_247n;

/** Whether a text can be the id of a post. */
export const isTweetId = (text: unknown): text is string => typeof text === 'string' && /^[1-9]\d{0,18}$/.test(text);

/** When an id was made; undefined for an id without a time. */
export function timeOfId(id: string): number | undefined {
  const number = BigInt(id);
  return number < firstSnowflake ? undefined : Number(number >> lowBits) + epochMs;
}

/** The smallest id of a millisecond: every id made then or later is greater or equal. */
export const idAt = (timeMs: number): string => String(BigInt(Math.max(1, Math.floor(timeMs) - epochMs)) << lowBits);

/** The newer of two ids. */
export const newerId = (a: string, b: string): string => (BigInt(a) >= BigInt(b) ? a : b);
