import { isObject, listOf, objectOf, textOf, wholeOf, type JsonObject } from '../tweet/json-fields.ts';
import { isTweetId } from '../tweet/snowflake.ts';
import type { OpenGap } from './open-gap.ts';
import type { PostCount } from './post-meter.ts';

/** Where the stream was when an item was handed over. */
export interface StreamPosition {
  /** The address of the API: the position at one says nothing about another. */
  origin: string;
  /** The newest id that the stream delivered, or the id of the moment it connected. */
  newestId: string;
  /** When X last sent something. */
  heardMs: number;
  count: PostCount;
  gaps: readonly OpenGap[];
  /** The ids delivered last: after a restart they are recognized. */
  seen: readonly string[];
}

/** The position as text. Ids are written as differences, as a cursor is stored with every chunk. */
export function writeCursor({ seen, ...position }: StreamPosition): string {
  const sorted = seen.map(BigInt).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const steps = sorted.map((id, index) => (id - (sorted[index - 1] ?? 0n)).toString(36));
  return JSON.stringify({ kind: 'stream', ...position, seen: steps.join(' ') });
}

/** @returns undefined for anything but a cursor of a stream at this address */
export function readCursor(text: string | undefined, origin: string): StreamPosition | undefined {
  const value = parsed(text);
  const { newestId } = value;
  const heardMs = wholeOf(value['heardMs']);
  const count = objectOf(value['count']);
  if (value['kind'] !== 'stream' || value['origin'] !== origin || !isTweetId(newestId) || heardMs === null)
    return undefined;
  return {
    origin,
    newestId,
    heardMs,
    count: { month: textOf(count['month']) ?? '', posts: wholeOf(count['posts']) ?? 0 },
    gaps: listOf(value['gaps']).filter(isGap),
    seen: idsOf(textOf(value['seen']) ?? ''),
  };
}

function parsed(text: string | undefined): JsonObject {
  try {
    return objectOf(JSON.parse(text ?? 'null'));
  } catch {
    return {};
  }
}

const isGap = (value: unknown): value is OpenGap =>
  isObject(value) && isTweetId(value['sinceId']) && isTweetId(value['untilId']) && wholeOf(value['fromMs']) !== null;

function idsOf(steps: string): string[] {
  let id = 0n;
  return steps
    .split(' ')
    .filter((step) => /^[0-9a-z]+$/.test(step))
    .map((step) => {
      id += fromBase36(step);
      return String(id);
    });
}

/** `parseInt` is not exact beyond 2^53. */
const fromBase36 = (text: string): bigint => {
  let value = 0n;
  for (const digit of text) value = value * 36n + BigInt(Number.parseInt(digit, 36));
  return value;
};
