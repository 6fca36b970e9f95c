import type { Tweet, TweetGap } from '@sluice/contracts';
import type { SourceItem } from '@sluice/source';
import { matchedKeywords } from '../tweet/matched-keywords.ts';
import { idAt, newerId, timeOfId } from '../tweet/snowflake.ts';
import type { TweetContent } from '../tweet/tweet-content.ts';
import { writeCursor, type StreamPosition } from './cursor.ts';
import type { OpenGap } from './open-gap.ts';
import type { Outbox } from './outbox.ts';
import type { PostMeter } from './post-meter.ts';
import { SeenTweets } from './seen-tweets.ts';

/** How many tweets are remembered, to recognize duplicates. */
const rememberedTweets = 100_000;
/** How many of them are remembered across a restart. */
const rememberedInCursor = 2_000;
/** How late a tweet may come behind newer ones: a search after a gap begins this much earlier. */
const latenessMs = 30_000;

/** How a gap ended. */
export interface GapEnd {
  by: TweetGap['recovered_by'];
  complete: boolean;
  problem: string | null;
  closedMs: number;
}

/**
 * Hands over what was read: each tweet once, each item with the cursor behind it. Reading and recovery share it, so each method
 * completes its changes, with the cursor of them, before it first waits.
 */
export class Delivery {
  readonly #source: string;
  readonly #origin: string;
  readonly #outbox: Outbox<SourceItem<Tweet, TweetGap>>;
  readonly #meter: PostMeter;
  readonly #seen = new SeenTweets(rememberedTweets);
  #newestId: string | undefined;
  #heardMs = 0;
  #gaps: readonly OpenGap[];

  /** @param options.source the name in the ledger */
  constructor(options: {
    source: string;
    origin: string;
    outbox: Outbox<SourceItem<Tweet, TweetGap>>;
    meter: PostMeter;
    position: StreamPosition | undefined;
  }) {
    const { source, origin, outbox, meter, position } = options;
    this.#source = source;
    this.#origin = origin;
    this.#outbox = outbox;
    this.#meter = meter;
    this.#newestId = position?.newestId;
    this.#heardMs = position?.heardMs ?? 0;
    this.#gaps = position?.gaps ?? [];
    for (const id of position?.seen ?? []) this.#seen.add(id);
  }

  get gaps(): readonly OpenGap[] {
    return this.#gaps;
  }

  /** Up to when everything was received. */
  get heardMs(): number {
    return this.#heardMs;
  }

  /** Everything that was posted before this has been received. */
  heard(nowMs: number): void {
    this.#heardMs = Math.max(this.#heardMs, nowMs);
  }

  /** The stream is connected: it delivers what is posted from now on. */
  connected(nowMs: number): void {
    this.heard(nowMs);
    this.#newestId = newerId(this.#newestId ?? '1', idAt(nowMs));
  }

  /** Behind this id tweets may be missing when the stream breaks off now. */
  sinceId(): string {
    const newestMs = this.#newestId === undefined ? undefined : timeOfId(this.#newestId);
    return idAt((newestMs ?? this.#heardMs) - latenessMs);
  }

  /**
   * Hands over a tweet, unless it has been before.
   *
   * @param gap the gap in which it was missed, if it was: by it the tweet counts as recovered
   * @returns false where it is a duplicate
   */
  async tweet(
    content: TweetContent,
    original: string,
    options: { keywords: readonly string[]; gap?: OpenGap },
  ): Promise<boolean> {
    const { keywords, gap } = options;
    if (!this.#seen.add(content.id)) return false;
    if (gap === undefined) this.#newestId = newerId(this.#newestId ?? '1', content.id);
    else this.replace(gap, (open) => ({ ...open, recovered: open.recovered + 1 }));
    const found = matchedKeywords(keywords, content);
    const value: Tweet = {
      ...content,
      // X says that it matched: where it does not show, any of them may be the reason.
      matched_keywords: found.length > 0 ? found : keywords,
      delivered_by: gap === undefined ? 'STREAM' : gap.by,
      original,
    };
    await this.#push({ value });
    return true;
  }

  /** Hands over a line that is not a tweet, as a dead letter. */
  refuse(bytes: Buffer, reason: string, origin: string): Promise<void> {
    return this.#push({ refused: { bytes, reason, origin } });
  }

  open(gap: OpenGap): void {
    this.#gaps = [...this.#gaps, gap];
  }

  /** Replaces a gap, which is known by its beginning and reason. @returns undefined where it is closed */
  replace(gap: OpenGap, change: (open: OpenGap) => OpenGap): OpenGap | undefined {
    let changed: OpenGap | undefined;
    this.#gaps = this.#gaps.map((open) => (isSame(open, gap) ? (changed = change(open)) : open));
    return changed;
  }

  /** Removes a gap without an entry: it is not over. */
  takeBack(gap: OpenGap): void {
    this.#gaps = this.#gaps.filter((open) => !isSame(open, gap));
  }

  /** Closes a gap with its entry in the ledger. */
  async close(gap: OpenGap, end: GapEnd): Promise<TweetGap> {
    const { fromMs, toMs, reason, detail, attempts, recovered } = gap;
    this.takeBack(gap);
    const entry: TweetGap = {
      id: `${this.#source}-${Math.round(fromMs)}-${reason.toLowerCase()}`,
      source: this.#source,
      from: new Date(Math.round(fromMs)),
      to: new Date(Math.round(toMs)),
      duration_ms: Math.round(toMs - fromMs),
      reason,
      detail,
      attempts,
      recovered_by: end.by,
      recovered_count: recovered,
      complete: end.complete,
      problem: end.problem,
      closed_at: new Date(Math.round(end.closedMs)),
    };
    await this.#push({ beside: entry });
    return entry;
  }

  /** The cursor is as of now, and written only where it is used: of a whole chunk the last. */
  #push(item: { value: Tweet } | { beside: TweetGap } | { refused: Refused }): Promise<void> {
    const seen = this.#seen;
    const { count } = seen;
    const heardMs = Math.round(this.#heardMs);
    const position = { origin: this.#origin, newestId: this.#newestId ?? idAt(heardMs), heardMs, gaps: this.#gaps };
    const posts = this.#meter.at(heardMs);
    let written: string | undefined;
    return this.#outbox.push({
      ...item,
      get cursor() {
        written ??= writeCursor({ ...position, count: posts, seen: seen.newest(rememberedInCursor, count) });
        return written;
      },
    });
  }
}

interface Refused {
  bytes: Buffer;
  reason: string;
  origin: string;
}

const isSame = (a: OpenGap, b: OpenGap): boolean => a.fromMs === b.fromMs && a.reason === b.reason;
