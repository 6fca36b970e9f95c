import type { TweetGapReason } from '@sluice/contracts';

/** Around the moment of connecting it is uncertain what the stream delivers: a search covers this much more. */
export const overlapMs = 5_000;

/** A gap whose missed tweets have not all been requested. Immutable. */
export interface OpenGap {
  fromMs: number;
  toMs: number;
  reason: TweetGapReason;
  detail: string | null;
  attempts: number;
  by: 'BACKFILL' | 'SEARCH';
  /** Tweets with ids between these are asked for, both excluded. A search begins at the end, which moves down page by page. */
  sinceId: string;
  untilId: string;
  /** The query that is asked next, of those that together have all keywords. */
  query: number;
  recovered: number;
}
