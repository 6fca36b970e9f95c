import { setTimeout as sleep } from 'node:timers/promises';
import { withTail } from '../processes/log-tail.ts';
import { isAlive, type ProcessIdentity } from '../processes/processes.ts';
import { logFileOf } from '../processes/server-process.ts';
import { allServers } from '../servers/all-servers.ts';
import { type ServerName, serverNames } from '../servers/server.ts';
import { readState } from '../state/state.ts';

/** A server died, or another process brought it back. */
export interface ServerEvent {
  server: ServerName;
  state: 'died' | 'running';
  sentence: string;
  /** The sentence and, where the server died, the end of its log. */
  message: string;
}

const pollMs = 250;

/**
 * Watches the servers of a stack until the signal aborts. It follows the state file, so it also watches a server that another
 * process brought back.
 */
export async function supervise(
  stack: string,
  report: (event: ServerEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const watched = new Map<ServerName, ProcessIdentity>();
  const dead = new Set<ServerName>();
  while (!signal.aborted) {
    const state = readState(stack);
    for (const name of state && !state.isStopping ? serverNames : []) {
      const record = state?.servers[name];
      if (!record) continue;
      // The process seen last may have died and been replaced between two polls.
      const last = watched.get(name);
      const now = record.process;
      const died = [last, now].find((identity) => identity !== undefined && !isAlive(identity));
      if (died && !dead.has(name)) {
        dead.add(name);
        const sentence = `${name} died (process ${died.pid}); \`npm run stack -- up --detach --name ${stack} --only ${name}\` brings it back`;
        const message = await withTail(sentence, logFileOf(allServers[name], record.data));
        report({ server: name, state: 'died', sentence, message });
      }
      if (!now || !isAlive(now)) continue;
      watched.set(name, now);
      if (!dead.delete(name)) continue;
      const sentence = `${name} runs again (process ${now.pid}).`;
      report({ server: name, state: 'running', sentence, message: sentence });
    }
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}
