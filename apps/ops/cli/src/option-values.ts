import { InvalidArgumentError } from 'commander';

/** A whole number, 0 included. */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number)) throw new InvalidArgumentError('Expected a whole number.');
  return number;
}

/** A whole number of at least 1. */
export function positiveNumber(text: string): number {
  if (wholeNumber(text) === 0) throw new InvalidArgumentError('Expected a whole number of at least 1.');
  return wholeNumber(text);
}

/** A Kafka offset. */
export function offset(text: string): bigint {
  if (!/^\d{1,19}$/.test(text)) throw new InvalidArgumentError('Expected an offset, a whole number.');
  return BigInt(text);
}

const unitMs: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time: ISO 8601, in UTC unless it has a zone, or an age such as `90s`, `30m`, `2h`, `7d`. */
export function parseTime(text: string): Date {
  const [, count, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return new Date(Date.now() - Number(count) * (unitMs[unit] ?? 0));
  const zoned = /T[\d:.]+$/.test(text) ? `${text}Z` : text;
  const date = new Date(zoned);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(date.getTime()))
    throw new InvalidArgumentError('Expected a time such as 2026-11-21T10:00:00Z or 2026-11-21, or an age such as 2h.');
  return date;
}

/** For an option that may be repeated. */
export const appendValue = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];
