import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const everyMs = 500;
const linesPerFile = 10;

/** Puts a CSV file of video events into a folder twice a second, whole at once, until stopped. */
export function bucketFilesLoad(folder: string, signal: AbortSignal): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const either = AbortSignal.any([signal, stopped.signal]);
  const running = (async () => {
    for (let file = 0; !either.aborted; file++) {
      const name = `${String(file).padStart(6, '0')}.csv`;
      const time = new Date().toISOString();
      const lines = Array.from({ length: linesPerFile }, (_, line) => `${name}#${line},1,${time},user-${file},news`);
      const beside = join(folder, '..', `${name}.new`);
      await writeFile(beside, ['board_id,playtime,timestamp,user_id,interest', ...lines, ''].join('\n'));
      await rename(beside, join(folder, name));
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
