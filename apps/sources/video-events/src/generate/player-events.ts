import { seededRandom } from '@sluice/random';

/** A line of the player's log. */
export interface PlayerEvent {
  board_id: string;
  playtime: number;
  timestamp: string;
  user_id: string;
  interest: string;
}

const interests = ['animals', 'cooking', 'fashion', 'games', 'music', 'news', 'science', 'sports', 'travel'] as const;

/**
 * Synthetic events: every user watches every board once, in an order that follows from the seed, and then again from the beginning.
 * Most videos are left after some seconds, some are watched to the end.
 */
export function* playerEvents(options: { users: number; boards: number; seed: number }): Generator<PlayerEvent> {
  const { users, boards, seed } = options;
  const { below, chance, next } = seededRandom(seed);
  const pairs = Array.from({ length: users * boards }, (_, index) => index);
  for (;;) {
    for (let last = pairs.length - 1; last > 0; last--) {
      const other = below(last + 1);
      [pairs[last], pairs[other]] = [pairs[other] ?? 0, pairs[last] ?? 0];
    }
    for (const pair of pairs) {
      const board = pair % boards;
      yield {
        board_id: `board-${board + 1}`,
        playtime: chance(0.2) ? 15 : Math.floor(15_000 * next() ** 2) / 1000,
        timestamp: new Date().toISOString(),
        user_id: `user-${Math.floor(pair / boards) + 1}`,
        interest: interests[board % interests.length] ?? interests[0],
      };
    }
  }
}
