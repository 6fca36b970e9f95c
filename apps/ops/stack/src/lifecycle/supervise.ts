import { setTimeout as sleep } from 'node:timers/promises';
import { withTail } from '../processes/log-tail.ts';
import { isAlive } from '../processes/processes.ts';
import { logFileOf } from '../processes/server-process.ts';
import { allServers } from '../servers/all-servers.ts';
import { serverNames } from '../servers/server.ts';
import { readState } from '../state/state.ts';

const pollMs = 250;

/**
 * Watches the servers of a stack until the signal aborts, and says which died, with the tail of its log. It follows the
 * state file, so a server that another process brought back is watched from then on.
 */
export async function supervise(stack: string, say: (line: string) => void, signal: AbortSignal): Promise<void> {
  const reported = new Set<string>();
  const watched = new Map<string, { pid: number; startTicks: number }>();
  while (!signal.aborted) {
    const state = readState(stack);
    for (const name of state && !state.isStopping ? serverNames : []) {
      const record = state?.servers[name];
      // The process watched before may have died and been replaced between two looks.
      for (const identity of [watched.get(name), record?.process]) {
        if (!record || !identity || isAlive(identity)) continue;
        const key = `${identity.pid} ${identity.startTicks}`;
        if (reported.has(key)) continue;
        reported.add(key);
        say(await withTail(`${name} died (process ${identity.pid})`, logFileOf(allServers[name], record.data)));
        say(`${name} stays down; \`npm run stack -- up --detach --name ${stack} --only ${name}\` brings it back.`);
      }
      if (record?.process) watched.set(name, record.process);
    }
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}
