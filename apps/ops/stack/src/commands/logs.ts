import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines } from '../processes/log-tail.ts';
import { logFileOf } from '../processes/server-process.ts';
import { allServers } from '../servers/all-servers.ts';
import { type ServerName } from '../servers/server.ts';
import { readState, stackFolder } from '../state/state.ts';
import { stopSignal } from '../processes/stop-signal.ts';
import { UserError } from '../user-error.ts';

/** Prints the end of a server's log, and with `follow` new lines until Ctrl-C. @returns the exit code */
export async function logs(
  server: ServerName,
  options: { name: string; follow: boolean; lines: number },
): Promise<number> {
  const data = readState(options.name)?.servers[server]?.data ?? join(stackFolder(options.name), server);
  const file = logFileOf(allServers[server], data);
  let from = sizeOf(file);
  if (from === undefined)
    throw new UserError(`The stack ${options.name} has no log of ${server}, which was never started there.`);
  for (const line of await lastLines(file, options.lines)) process.stdout.write(`${line}\n`);
  if (!options.follow) return 0;
  const stop = stopSignal(false);
  while (!stop.aborted) {
    await sleep(250, undefined, { signal: stop }).catch(() => undefined);
    const size = sizeOf(file) ?? 0;
    // A file that has shrunk was rotated.
    if (size < from) from = 0;
    if (size > from)
      for await (const chunk of createReadStream(file, { start: from, end: size - 1 })) process.stdout.write(chunk);
    from = size;
  }
  return 0;
}

function sizeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.size;
}
