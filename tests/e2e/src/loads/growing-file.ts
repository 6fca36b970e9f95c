import { appendFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const everyMs = 500;

/** Appends a line, the JSON of a video event, to a file twice a second, until stopped. */
export function growingFile(file: string, signal: AbortSignal): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const either = AbortSignal.any([signal, stopped.signal]);
  const running = (async () => {
    for (let line = 0; !either.aborted; line++) {
      const id = `grown-${line}`;
      const event = {
        event_id: id,
        board_id: id,
        playtime: 1,
        timestamp: new Date(),
        user_id: 'user',
        interest: 'news',
      };
      await appendFile(file, `${JSON.stringify(event)}\n`);
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
