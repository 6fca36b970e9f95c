import { describe, expect, it } from 'vitest';
import { videoLine } from '../video-line.ts';
import { playerEvents } from './player-events.ts';

const some = (seed: number, count: number) => playerEvents({ users: 10, boards: 20, seed }).take(count).toArray();

describe('synthetic player events', () => {
  it('have each user watch each board once, and then again', () => {
    const events = some(1, 400);
    const pairs = events.map(({ user_id, board_id }) => `${user_id} ${board_id}`);
    expect(new Set(pairs.slice(0, 200)).size).toBe(200);
    expect(new Set(pairs.slice(200)).size).toBe(200);
  });

  it('are events', () => {
    for (const event of some(2, 200)) expect(videoLine(Buffer.from(JSON.stringify(event)))).toHaveProperty('event');
  });

  it('are the same for the same seed, but for their times', () => {
    const bare = (seed: number) => some(seed, 50).map(({ timestamp: _, ...event }) => event);
    expect(bare(3)).toEqual(bare(3));
    expect(bare(3)).not.toEqual(bare(4));
  });
});
