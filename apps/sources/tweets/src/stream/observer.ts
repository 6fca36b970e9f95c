import type { TweetGap } from '@sluice/contracts';

/** Hears what happens, for the app's log, metrics and health. */
export interface StreamObserver {
  connected(): void;
  /** @param waitMs until the next try, in real time */
  notConnected(reason: string, waitMs: number): void;
  lost(reason: string): void;
  notice(text: string): void;
  duplicate(): void;
  unreadable(reason: string): void;
  gapClosed(gap: TweetGap): void;
  /** Posts read this month, and how many may still be read. */
  metered(posts: number, left: number): void;
  budgetUsedUp(untilMs: number): void;
}
