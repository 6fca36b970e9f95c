import { setTimeout as delay } from 'node:timers/promises';

const everyMs = 20;

/**
 * Sends what is due at a steady rate, a request every 20 ms, until the signal is aborted.
 *
 * @param send is given the number of the first item and how many are due
 * @returns how many were sent
 */
export async function paced(
  perSecond: number,
  signal: AbortSignal,
  send: (first: number, count: number) => Promise<unknown>,
): Promise<number> {
  const startedMs = performance.now();
  let sent = 0;
  while (!signal.aborted) {
    const due = Math.floor(((performance.now() - startedMs) / 1000) * perSecond);
    if (due > sent) {
      const first = sent;
      sent = due;
      await send(first, due - first);
    }
    await delay(everyMs, undefined, { signal }).catch(() => {});
  }
  return sent;
}
