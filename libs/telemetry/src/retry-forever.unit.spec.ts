import { coded } from './errors/error-codes.ts';
import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHealth } from './server/health.ts';
import { backoffMs, retryForever, pause } from './retry-forever.ts';

afterEach(() => vi.restoreAllMocks());

describe('backoffMs', () => {
  it('is anywhere between nothing and a bound that doubles with each try, up to the longest', () => {
    const bounds = [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000];
    for (const [attempt, bound] of bounds.entries()) {
      const waits = Array.from({ length: 1000 }, () => backoffMs(attempt));
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...waits)).toBeLessThan(bound);
      // Full jitter: with 1,000 draws, a tenth at either end stays empty once in 10^45 runs.
      expect(Math.min(...waits)).toBeLessThan(bound / 10);
      expect(Math.max(...waits)).toBeGreaterThan(bound * 0.9);
    }
  });

  it('takes the jitter from the whole range', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    expect([0, 1, 2, 6, 7, 1000].map((attempt) => backoffMs(attempt))).toEqual([50, 100, 200, 3200, 5000, 5000]);
    expect(backoffMs(1000, 30)).toBe(15);
  });
});

describe('pause', () => {
  it('ends at once when the signal is aborted', async () => {
    const stop = new AbortController();
    const hour = pause(3_600_000, stop.signal);
    stop.abort();
    await expect(hour).resolves.toBeUndefined();
    await expect(pause(3_600_000, stop.signal)).resolves.toBeUndefined();
  });
});

describe('retryForever', () => {
  const what = 'the ferry';

  function log() {
    const lines: Record<string, unknown>[] = [];
    const logger = pino(
      { base: null, timestamp: false },
      { write: (line: string) => void lines.push(JSON.parse(line)) },
    );
    return { logger, lines };
  }

  const setUp = () => ({ ...log(), stop: new AbortController() });

  it('gives the result of the first try that succeeds, and says nothing when that is the first', async () => {
    const { logger, lines, stop } = setUp();
    expect(await retryForever({ what, logger, signal: stop.signal }, async (tries) => `try ${tries}`)).toBe('try 1');
    expect(lines).toEqual([]);
  });

  it('logs one line while the reason stays the same, one more when it changes, and one when it is over', async () => {
    const { logger, lines, stop } = setUp();
    const reasons = ['fog', 'fog', 'fog', 'storm', 'storm', 'fog'];
    const result = await retryForever({ what, logger, signal: stop.signal, longestDelayMs: 1 }, async (tries) => {
      const reason = reasons[tries - 1];
      if (reason !== undefined) throw new Error(reason);
      return tries;
    });
    expect(result).toBe(7);
    expect(lines).toEqual([
      { level: 40, reason: 'fog', ...coded('waiting'), msg: 'waiting for the ferry' },
      { level: 40, reason: 'storm', ...coded('waiting'), msg: 'waiting for the ferry' },
      { level: 40, reason: 'fog', ...coded('waiting'), msg: 'waiting for the ferry' },
      { level: 30, tries: 7, msg: 'no longer waiting for the ferry' },
    ]);
  });

  it('ends with an error for which waiting does not help, and does not try again', async () => {
    const { logger, lines, stop } = setUp();
    const sunk = new Error('sunk');
    const attempt = vi.fn(async (tries: number) => {
      throw tries === 2 ? sunk : new Error('fog');
    });
    const isFinal = (error: unknown) => error === sunk;
    await expect(retryForever({ what, logger, signal: stop.signal, isFinal, longestDelayMs: 1 }, attempt)).rejects.toBe(
      sunk,
    );
    expect(attempt).toHaveBeenCalledTimes(2);
    expect(lines).toHaveLength(1);
  });

  it('ends with the abort reason while it waits', async () => {
    const { logger, stop } = setUp();
    const reason = new Error('enough');
    // The wait would take days.
    vi.spyOn(Math, 'random').mockReturnValue(1e6);
    const attempt = vi.fn(async () => {
      setImmediate(() => stop.abort(reason));
      throw new Error('fog');
    });
    await expect(retryForever({ what, logger, signal: stop.signal }, attempt)).rejects.toBe(reason);
    expect(attempt).toHaveBeenCalledOnce();
  });

  it('ends with the abort reason when the try fails because of the abort, without a line about that', async () => {
    const { logger, lines, stop } = setUp();
    const reason = new Error('enough');
    const waiting = retryForever({ what, logger, signal: stop.signal }, async () => {
      stop.abort(reason);
      throw new Error('interrupted');
    });
    await expect(waiting).rejects.toBe(reason);
    expect(lines).toEqual([]);
  });

  it('does not try at all after an abort', async () => {
    const { logger, stop } = setUp();
    stop.abort();
    const attempt = vi.fn(async () => 1);
    await expect(retryForever({ what, logger, signal: stop.signal }, attempt)).rejects.toBe(stop.signal.reason);
    expect(attempt).not.toHaveBeenCalled();
  });

  it('says what it is waiting for while a try is pending, in the log and to health, until it is over', async () => {
    const { logger, lines, stop } = setUp();
    const health = createHealth([]);
    const answer = Promise.withResolvers<string>();
    const waiting = retryForever({ what, logger, health, signal: stop.signal, silentMs: 1 }, () => answer.promise);
    await vi.waitFor(() => expect(lines).toHaveLength(1));
    expect(lines[0]).toMatchObject({ level: 40, msg: 'still waiting for the ferry' });
    expect(health.state).toMatchObject({
      live: true,
      ready: false,
      reasons: { 'waiting for the ferry': 'no answer for 0 s' },
    });
    answer.resolve('here');
    expect(await waiting).toBe('here');
    expect(health.state).toMatchObject({ live: true, ready: true, reasons: {} });
  });

  it('shows in the health why it waits between the tries, until it is over', async () => {
    const { logger, stop } = setUp();
    const health = createHealth([]);
    const seen: unknown[] = [];
    await retryForever({ what, logger, health, signal: stop.signal, longestDelayMs: 1 }, async (tries) => {
      seen.push(health.state.reasons);
      if (tries < 3) throw new Error('fog');
    });
    expect(seen).toEqual([{}, { 'waiting for the ferry': 'fog' }, { 'waiting for the ferry': 'fog' }]);
    expect(health.state.ready).toBe(true);
  });

  it('ends with the abort reason while a try is pending that never ends', async () => {
    const { logger, lines, stop } = setUp();
    const health = createHealth([]);
    const reason = new Error('enough');
    const waiting = retryForever({ what, logger, health, signal: stop.signal }, () => new Promise<never>(() => {}));
    stop.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(lines).toEqual([]);
    expect(health.state.ready).toBe(true);
  });
});
