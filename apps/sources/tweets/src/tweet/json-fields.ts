import { isoTime, tweetTime } from '@sluice/external-text';

/** An object of JSON whose fields may be anything: what the world sends is not to be relied on. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const objectsOf = (value: unknown): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

export const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

export const wholeOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) ? value : null;

/** A size in pixels: an Avro int. */
export const smallOf = (value: unknown): number | null => {
  const whole = wholeOf(value);
  return whole !== null && Math.abs(whole) < 2 ** 31 ? whole : null;
};

export const realOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

export const flagOf = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null);

/** A moment as any of X's APIs writes it: ISO 8601, or `Wed Oct 10 20:19:24 +0000 2018`. */
export const momentOf = (value: unknown): Date | null => {
  const time = typeof value === 'string' ? (isoTime(value) ?? tweetTime(value)) : undefined;
  return time === undefined ? null : new Date(time);
};

/** Each text once, in the order of the first. */
export const unique = (texts: readonly string[]): string[] => [...new Set(texts)];
