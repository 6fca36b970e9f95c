import { decodeText, isoTime, parseJson, UnreadableText } from '@sluice/external-text';
import type { VideoEvent } from '@sluice/contracts';

/** A line of the player's log: the event without its id, or why the line is not an event. */
export type VideoLine =
  { event: Omit<VideoEvent, 'event_id'>; replacedSurrogates: number } | { reason: string; replacedSurrogates?: never };

/** The length of the longest video, in seconds. */
const longestPlaytime = 15;

/**
 * Reads a line of the player's log: a JSON object with `board_id`, `user_id` and `interest` (texts, or whole numbers), `playtime`
 * (0 to 15 seconds) and `timestamp` (ISO 8601 with its zone, or milliseconds since the epoch). Other members are left out.
 *
 * @returns undefined for a blank line; the reason, without the line's contents, where it is not an event
 */
export function videoLine(bytes: Buffer): VideoLine | undefined {
  let value: unknown;
  let replaced: number;
  try {
    const text = decodeText(bytes);
    if (text === '') return undefined;
    ({ value, replaced } = parseJson(text, 'bigints'));
  } catch (error) {
    if (!(error instanceof UnreadableText)) throw error;
    return { reason: `the line cannot be read: ${error.message}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { reason: 'the line is not a JSON object' };
  const { board_id, playtime, timestamp, user_id, interest } = value as Record<string, unknown>;
  const [board, user, field, time] = [name(board_id), name(user_id), name(interest), instant(timestamp)];
  if (board === undefined) return { reason: 'board_id must be a text that is not empty, or a whole number' };
  if (user === undefined) return { reason: 'user_id must be a text that is not empty, or a whole number' };
  if (field === undefined) return { reason: 'interest must be a text that is not empty, or a whole number' };
  if (typeof playtime !== 'number' || !(playtime >= 0 && playtime <= longestPlaytime))
    return { reason: `playtime must be a number of seconds from 0 to ${longestPlaytime}` };
  if (time === undefined)
    return {
      reason: 'timestamp must be ISO 8601 with a zone, of the years 1970 to 9999, or milliseconds since the epoch',
    };
  // The sum turns minus zero into zero.
  const event = { board_id: board, playtime: playtime + 0, timestamp: time, user_id: user, interest: field };
  return { event, replacedSurrogates: replaced };
}

/** A whole number becomes its digits, also beyond 2^53. */
const name = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== ''
    ? value
    : typeof value === 'bigint' || Number.isSafeInteger(value)
      ? String(value)
      : undefined;

/** Years with four digits after the epoch: Kafka has no times before, and destinations none after. */
const lastMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

function instant(value: unknown): Date | undefined {
  if (typeof value === 'number')
    return Number.isInteger(value) && value >= 0 && value <= lastMs ? new Date(value) : undefined;
  const timeMs = typeof value === 'string' ? isoTime(value) : undefined;
  return timeMs === undefined ? undefined : new Date(timeMs);
}
