import { setTimeout as delay } from 'node:timers/promises';

/** A load that runs until it is stopped, or its signal is aborted. */
export interface Load {
  stop(): Promise<void>;
}

/** Calls `act` with 0, 1, 2 … and waits after each call. @returns the load, whose `stop` waits for the last call and throws what one threw */
export function repeat(everyMs: number, act: (count: number) => Promise<void>, signal: AbortSignal): Load {
  const stopped = new AbortController();
  const either = AbortSignal.any([signal, stopped.signal]);
  const running = (async () => {
    for (let count = 0; !either.aborted; count++) {
      await act(count);
      await delay(everyMs, undefined, { signal: either }).catch(() => {});
    }
  })();
  return {
    async stop() {
      stopped.abort();
      await running;
    },
  };
}
