import { epochTime, isoTime } from '@sluice/external-text';

/** Within these years a number of seconds since 1970 cannot be one of milliseconds. */
const firstMs = Date.UTC(2000, 0, 1);
const endMs = Date.UTC(2100, 0, 1);

/**
 * A time from 2000 to 2099, in milliseconds since 1970: of a number of seconds (a fraction may follow) or milliseconds since 1970, or
 * of ISO 8601 with `Z` or an offset. What is finer than a millisecond is cut off. Undefined for any other text.
 */
export function castTime(text: string): number | undefined {
  const timeMs = epochTime(text) ?? isoTime(text);
  return timeMs !== undefined && timeMs >= firstMs && timeMs < endMs ? timeMs : undefined;
}
