import { describe, expect, it } from 'vitest';
import { fetchPace } from './fetch-pace.ts';

/** A pace with a clock that the test sets. */
function paceAt(lingerMs = 100) {
  const clock = { nowMs: 0 };
  return { clock, pace: fetchPace({ lingerMs, fullBytes: 1_000, nowMs: () => clock.nowMs }) };
}

describe('the pace of fetches', () => {
  it('hands over the first record that comes after a quiet time, and asks seldom while none comes', () => {
    const { pace } = paceAt();
    expect(pace.next(false)).toEqual({ minBytes: 1, maxWaitMs: 1_000 });
    pace.answered(false);
    expect(pace.next(false)).toEqual({ minBytes: 1, maxWaitMs: 1_000 });
  });

  it('has the broker gather what follows, to the next tick of all brokers', () => {
    const { clock, pace } = paceAt();
    clock.nowMs = 230;
    pace.answered(true);
    expect(pace.next(false)).toEqual({ minBytes: 1_000, maxWaitMs: 70 });
    clock.nowMs = 300;
    pace.answered(true);
    expect(pace.next(false)).toEqual({ minBytes: 1_000, maxWaitMs: 100 });
    pace.answered(false);
    expect(pace.next(false)).toMatchObject({ minBytes: 1 });
  });

  it('waits only briefly while a partition is paused, as a fetch that has been sent cannot be extended', () => {
    const { pace } = paceAt();
    expect(pace.next(true)).toEqual({ minBytes: 1, maxWaitMs: 250 });
    pace.answered(true);
    expect(pace.next(true)).toEqual({ minBytes: 1_000, maxWaitMs: 100 });
  });

  it('never waits for company where none is wanted', () => {
    const { pace } = paceAt(0);
    pace.answered(true);
    expect(pace.next(false)).toMatchObject({ minBytes: 1 });
  });
});
