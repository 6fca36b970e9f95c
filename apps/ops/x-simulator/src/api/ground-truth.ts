import type { SimulatedTweet } from '../world/simulated-tweet.ts';

/** A time during which posts matched and were not delivered. */
export interface TrueGap {
  cause: string;
  fromMs: number;
  /** Undefined while it lasts. */
  toMs: number | undefined;
  /** Ids of the posts that matched meanwhile and can still be found. */
  recoverable: string[];
  /** How many more matched, and were deleted before a client could request them. */
  gone: number;
}

/** What a client should have, and what it could not be given: kept apart from what was sent, for proofs. */
export class GroundTruth {
  readonly #deliverable = new Set<string>();
  readonly #gaps: TrueGap[] = [];
  #begun = false;
  readonly sent = { posts: 0, duplicates: 0, malformed: 0, backfilled: 0 };

  /** The stream is connected. */
  connected(nowMs: number): void {
    this.#begun = true;
    const open = this.#open;
    if (open !== undefined) open.toMs = nowMs;
  }

  /** From now on nothing is delivered. An open gap stays open. */
  lost(cause: string, nowMs: number): void {
    if (this.#begun && this.#open === undefined)
      this.#gaps.push({ cause, fromMs: nowMs, toMs: undefined, recoverable: [], gone: 0 });
  }

  delivered(tweet: SimulatedTweet): void {
    this.#deliverable.add(tweet.id);
    this.sent.posts++;
  }

  /** A post that matched was delivered, but unreadable. */
  garbled(tweet: SimulatedTweet, nowMs: number): void {
    this.sent.malformed++;
    const gap: TrueGap = { cause: 'malformed', fromMs: nowMs, toMs: nowMs, recoverable: [], gone: 0 };
    this.#gaps.push(gap);
    this.#miss(tweet, gap);
  }

  /** A post matched that was not delivered. */
  missed(tweet: SimulatedTweet): void {
    const open = this.#open;
    if (open !== undefined) this.#miss(tweet, open);
  }

  report() {
    return { deliverable: [...this.#deliverable], gaps: this.#gaps, sent: this.sent };
  }

  get #open(): TrueGap | undefined {
    return this.#gaps.findLast(({ toMs }) => toMs === undefined);
  }

  #miss(tweet: SimulatedTweet, gap: TrueGap): void {
    if (tweet.deleted) return void gap.gone++;
    gap.recoverable.push(tweet.id);
    this.#deliverable.add(tweet.id);
  }
}
