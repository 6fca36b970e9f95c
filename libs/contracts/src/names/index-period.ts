import { DateTime, IANAZone } from 'luxon';
import type { EventContract } from '../contract/event-contract.ts';
import { indexBase } from './names.ts';
import { suffixFormats } from './index-suffix.ts';

/** The event times of an index, in milliseconds since 1970: from the first to before the second. */
export interface IndexPeriod {
  fromMs: number;
  toMs: number;
}

/**
 * The period that an index's name says.
 *
 * @returns undefined for the one index of a contract without rotation, and for a name that `indexName` does not make
 */
export function indexPeriod(
  { topic, rotation, timeZone }: Pick<EventContract, 'topic' | 'rotation' | 'timeZone'>,
  index: string,
): IndexPeriod | undefined {
  const prefix = `${indexBase({ topic })}-`;
  if (rotation === 'none' || !index.startsWith(prefix)) return undefined;
  const suffix = index.slice(prefix.length);
  const zone = IANAZone.create(timeZone);
  const from = DateTime.fromFormat(suffix, suffixFormats[rotation], { zone, locale: 'en-US' });
  // The parser takes names that are not written like this, such as days with one digit.
  if (!from.isValid || from.toFormat(suffixFormats[rotation]) !== suffix) return undefined;
  return { fromMs: from.toMillis(), toMs: from.plus({ [rotation]: 1 }).toMillis() };
}
