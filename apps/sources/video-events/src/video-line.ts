import type { VideoEvent } from '@sluice/schemas';

/** What a line of the player's log says: the event without its id, or why it is none. */
export type VideoLine = { event: Omit<VideoEvent, 'event_id'> } | { reason: string };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The longest video, in seconds. */
const longestPlaytime = 15;

/**
 * Reads a line of the player's log: a JSON object with `board_id`, `user_id` and `interest` (texts, or whole numbers), `playtime`
 * (0 to 15 seconds) and `timestamp` (ISO 8601 with its zone, or milliseconds since the epoch). Other members are left out.
 *
 * @returns undefined for a blank line; the reason, without the line's contents, where it is no event
 */
export function videoLine(bytes: Buffer): VideoLine | undefined {
  let line: unknown;
  try {
    const text = utf8.decode(bytes).trim();
    if (text === '') return undefined;
    line = JSON.parse(text);
  } catch (error) {
    return { reason: error instanceof SyntaxError ? 'the line is not JSON' : 'the line is not UTF-8' };
  }
  if (typeof line !== 'object' || line === null || Array.isArray(line)) return { reason: 'the line is no JSON object' };
  const { board_id, playtime, timestamp, user_id, interest } = line as Record<string, unknown>;
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
  return { event: { board_id: board, playtime, timestamp: time, user_id: user, interest: field } };
}

const name = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : Number.isSafeInteger(value) ? String(value) : undefined;

/** Years with four digits after the epoch: Kafka has no times before, and destinations none after. */
const lastMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const iso8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

function instant(value: unknown): Date | undefined {
  const isTime = typeof value === 'number' ? Number.isInteger(value) : typeof value === 'string' && iso8601.test(value);
  const time = new Date(isTime ? (value as number | string) : Number.NaN);
  return time.getTime() >= 0 && time.getTime() <= lastMs ? time : undefined;
}
