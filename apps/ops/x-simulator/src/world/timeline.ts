import type { Random } from '@sluice/random';
import type { SimulatedTweet } from './simulated-tweet.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** How many posts are kept for the search. */
const keptPosts = 300_000;
/** How often to check whether posts are due, in real time. */
const tickMs = 10;

/** Posts as they are made, newest last. */
export interface Timeline {
  readonly posts: readonly SimulatedTweet[];
  /** Calls for every post when it is made. */
  onPost(listener: (tweet: SimulatedTweet) => void): void;
  /** Makes no more posts. */
  stop(): void;
}

/** Makes posts at random moments, so many a second on average, by the clock. */
export function timeline(options: {
  clock: VirtualClock;
  random: Random;
  perSecond: number;
  make: (timeMs: number) => SimulatedTweet;
}): Timeline {
  const { clock, random, perSecond, make } = options;
  const posts: SimulatedTweet[] = [];
  const listeners: ((tweet: SimulatedTweet) => void)[] = [];
  let nextMs = clock.nowMs();
  const timer = setInterval(() => {
    for (const nowMs = clock.nowMs(); nextMs <= nowMs; nextMs += (-Math.log(1 - random.next()) * 1000) / perSecond) {
      const tweet = make(nextMs);
      posts.push(tweet);
      for (const listener of listeners) listener(tweet);
    }
    if (posts.length > keptPosts) posts.splice(0, posts.length - keptPosts);
  }, tickMs);
  return { posts, onPost: (listener) => void listeners.push(listener), stop: () => clearInterval(timer) };
}
