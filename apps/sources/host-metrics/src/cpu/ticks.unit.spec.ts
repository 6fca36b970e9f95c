import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Tick, ticks } from './ticks.ts';

const noon = Date.UTC(2026, 10, 21, 12);

describe('ticks', () => {
  let abort: AbortController;

  beforeEach(() => {
    vi.useFakeTimers({ now: noon + 250 });
    abort = new AbortController();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  const start = (intervalMs: number): (() => Promise<IteratorResult<Tick, void>>) => {
    const iterator = ticks({ intervalMs, signal: abort.signal });
    return () => iterator.next();
  };

  /** Asks for the next tick and lets the clock run until it comes, for ten minutes at most. */
  const arrival = async (next: () => Promise<IteratorResult<Tick, void>>): Promise<Tick & { at: number }> => {
    let result: IteratorResult<Tick, void> | undefined;
    void next().then((r) => (result = r));
    for (let waited = 0; waited <= 600_000 && result === undefined; waited += 10) await vi.advanceTimersByTimeAsync(10);
    if (result === undefined || result.done) throw new Error('no tick came');
    return { ...result.value, at: Date.now() };
  };

  it('come on the second, however the start lies between two', async () => {
    const next = start(1000);
    const times = [await arrival(next), await arrival(next), await arrival(next)].map(({ time }) => time.getTime());
    expect(times).toEqual([noon + 1000, noon + 2000, noon + 3000]);
  });

  it('come at once when the start lies exactly on the second', async () => {
    vi.setSystemTime(noon);
    const tick = await start(1000)();
    expect(tick.value).toEqual({ time: new Date(noon), missed: 0 });
    expect(Date.now()).toBe(noon);
  });

  it('come at the moment that they name', async () => {
    const { time, at } = await arrival(start(1000));
    expect(at - time.getTime()).toBeGreaterThanOrEqual(0);
    expect(at - time.getTime()).toBeLessThanOrEqual(10);
  });

  it('come at multiples of a longer interval since the epoch', async () => {
    const next = start(15_000);
    expect((await arrival(next)).time.getTime()).toBe(noon + 15_000);
    expect((await arrival(next)).time.getTime()).toBe(noon + 30_000);
  });

  it('skip to the newest that is due when the consumer was late, and report how many were missed', async () => {
    const next = start(1000);
    await arrival(next);
    await vi.advanceTimersByTimeAsync(4600);
    expect(await next()).toEqual({ done: false, value: { time: new Date(noon + 5000), missed: 3 } });
    expect(await arrival(next)).toMatchObject({ time: new Date(noon + 6000), missed: 0 });
  });

  it('miss none when the consumer is late by less than the interval', async () => {
    const next = start(1000);
    await arrival(next);
    await vi.advanceTimersByTimeAsync(1900);
    expect((await next()).value).toEqual({ time: new Date(noon + 2000), missed: 0 });
  });

  it('wait again when the timer fires early', async () => {
    const next = start(1000);
    const pending = next();
    vi.setSystemTime(noon + 200);
    await vi.advanceTimersByTimeAsync(750);
    expect(Date.now()).toBe(noon + 950);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(50);
    expect((await pending).value).toEqual({ time: new Date(noon + 1000), missed: 0 });
  });

  it('never repeat a second when the clock is set back by less than the interval', async () => {
    const next = start(1000);
    await arrival(next);
    vi.setSystemTime(noon + 990);
    expect(await arrival(next)).toMatchObject({ time: new Date(noon + 2000), missed: 0 });
  });

  it('pause while the clock, set back, runs through seconds that had their tick', async () => {
    const next = start(1000);
    for (let i = 0; i < 10; i++) await arrival(next);
    vi.setSystemTime(noon + 3500);
    expect(await arrival(next)).toMatchObject({ time: new Date(noon + 11_000), missed: 0 });
  });

  it('continue at once when the clock is set back to before the first tick, and skip those that were', async () => {
    const next = start(1000);
    await arrival(next);
    await arrival(next);
    vi.setSystemTime(noon - 2500);
    const times: number[] = [];
    for (let i = 0; i < 5; i++) times.push((await arrival(next)).time.getTime() - noon);
    expect(times).toEqual([-2000, -1000, 0, 3000, 4000]);
  });

  it('never repeat a second, however often the clock is set back and forth', async () => {
    const next = start(1000);
    const times: number[] = [];
    for (const jump of [0, -90_000, 30_000, -50_000, 200_000, -170_000, 10_000, -3000, 0]) {
      vi.setSystemTime(Date.now() + jump);
      for (let i = 0; i < 20; i++) times.push((await arrival(next)).time.getTime());
    }
    expect(new Set(times).size).toBe(times.length);
    expect(times.every((time) => time % 1000 === 0)).toBe(true);
  });

  it('end at once when aborted while waiting, and leave no timer', async () => {
    const pending = start(60_000)();
    expect(vi.getTimerCount()).toBe(1);
    abort.abort();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('never begin when aborted before', async () => {
    abort.abort();
    expect((await start(1000)()).done).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});
