import { describe, expect, it } from 'vitest';
import { persistently } from './persistently.ts';

const passing = () => new Error('sent in vain', { cause: Object.assign(new Error('down'), { retriable: true }) });
const never = new AbortController().signal;

describe('persistently', () => {
  it('repeats what fails for a reason that passes', async () => {
    let tries = 0;
    const attempt = async () => {
      if (++tries < 3) throw passing();
      return 'done';
    };
    expect(await persistently(never, attempt)).toBe('done');
    expect(tries).toBe(3);
  });

  it('throws what waiting does not mend', async () => {
    const error = Object.assign(new Error('not authorised'), { retriable: false });
    await expect(persistently(never, () => Promise.reject(error))).rejects.toBe(error);
  });

  it('ends when it is told to', async () => {
    const stop = new AbortController();
    let tries = 0;
    const trying = persistently(stop.signal, async () => {
      tries++;
      stop.abort();
      throw passing();
    });
    await expect(trying).rejects.toThrow('sent in vain');
    expect(tries).toBe(1);
  });
});
