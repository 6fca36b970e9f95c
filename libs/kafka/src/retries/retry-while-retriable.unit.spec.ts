import { describe, expect, it } from 'vitest';
import { retryWhileRetriable } from './retry-while-retriable.ts';

const passing = () => new Error('not sent', { cause: Object.assign(new Error('down'), { retriable: true }) });

describe('retryWhileRetriable', () => {
  it('repeats what fails for a reason that passes', async () => {
    let tries = 0;
    let prepared = 0;
    const attempt = async () => {
      if (++tries < 3) throw passing();
      return 'done';
    };
    expect(await retryWhileRetriable({ beforeRetry: () => void prepared++ }, attempt)).toBe('done');
    expect([tries, prepared]).toEqual([3, 2]);
  });

  it('throws what no retry cures', async () => {
    const error = Object.assign(new Error('not authorised'), { retriable: false });
    await expect(retryWhileRetriable({}, () => Promise.reject(error))).rejects.toBe(error);
  });

  it('ends when the tries are used up', async () => {
    let tries = 0;
    const trying = retryWhileRetriable({ mostTries: 3, firstPauseMs: 1 }, async () => {
      tries++;
      throw passing();
    });
    await expect(trying).rejects.toThrow('not sent');
    expect(tries).toBe(3);
  });

  it('ends when the signal is aborted', async () => {
    const stop = new AbortController();
    let tries = 0;
    const trying = retryWhileRetriable({ signal: stop.signal }, async () => {
      tries++;
      stop.abort();
      throw passing();
    });
    await expect(trying).rejects.toThrow('not sent');
    expect(tries).toBe(1);
  });
});
