import { bringUp, untilReady } from './bring-up.ts';
import { answers, externalAddress } from './external.ts';
import { cacheFolder } from '../state/paths.ts';
import { choosePorts } from '../processes/ports.ts';
import { isAlive } from '../processes/processes.ts';
import { type Progress } from '../progress.ts';
import { allServers } from '../servers/all-servers.ts';
import { type Server, type ServerName, serverNames } from '../servers/server.ts';
import { readState, type ServerRecord } from '../state/state.ts';
import { messageOf } from '../user-error.ts';

/** What became of one server that was asked for. */
export interface ServerReport {
  name: ServerName;
  state: 'running' | 'external' | 'unavailable';
  address?: string;
  /** The process of the real server; none for external ones. */
  pid?: number;
  /** Why it cannot be used; absent when it can. */
  reason?: string;
}

/** Makes the servers of a stack run that are asked for, each starting as soon as it is installed, and reports on each. */
export async function startServers(
  stack: string,
  asked: readonly ServerName[],
  progress: Progress,
  signal: AbortSignal,
): Promise<ServerReport[]> {
  const records = readState(stack)?.servers ?? {};
  const environment: Record<string, string> = {};
  const starts = new Map<ServerName, () => Promise<ServerReport>>();
  using reservations = new DisposableStack();

  const isThere = (name: ServerName): boolean => externalAddress(allServers[name]) !== undefined || runs(records[name]);
  const wanted = withCompanions(asked, isThere);
  for (const name of serverNames) {
    const server = allServers[name];
    const record = records[name];
    const external = externalAddress(server);
    if (external !== undefined) {
      environment[server.variable] = external;
      starts.set(name, () => checkExternal(server, external, progress.say));
    } else if (record && runs(record)) {
      environment[server.variable] = record.address;
      starts.set(name, async () => {
        await untilReady(server, record, { signal, say: progress.say });
        return runningReport(name, record);
      });
    } else if (wanted.includes(name)) {
      const choice = reservations.use(await choosePorts(server.usualPorts, record?.ports));
      const context = { stack, cache: cacheFolder(), ports: choice.ports, environment, progress, signal };
      environment[server.variable] = server.address(choice.ports);
      starts.set(name, async () => runningReport(name, await bringUp(server, context)));
    }
  }
  // Only now: by here every server's address is known to the others.
  const reports = wanted.map(async (name): Promise<ServerReport> => {
    try {
      return (await starts.get(name)?.()) ?? { name, state: 'unavailable' };
    } catch (error) {
      signal.throwIfAborted();
      progress.say(`${name} is unavailable: ${messageOf(error)}`);
      return { name, state: 'unavailable', reason: messageOf(error) };
    }
  });
  // All of them, so that none still works when an interruption ends the others.
  const settled = await Promise.allSettled(reports);
  signal.throwIfAborted();
  return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/** The servers asked for and those they cannot work without, unless `isThere` says that one can be had already. */
export function withCompanions(asked: readonly ServerName[], isThere: (name: ServerName) => boolean): ServerName[] {
  const companions = asked.flatMap((name) => allServers[name].companions ?? []).filter((name) => !isThere(name));
  return serverNames.filter((name) => asked.includes(name) || companions.includes(name));
}

/** The addresses of what can be used, and what else clients must know, by environment variable. */
export function environmentOf(reports: readonly ServerReport[]): Record<string, string> {
  return Object.fromEntries(
    reports.flatMap(({ name, address, reason, state }): [string, string][] => {
      if (address === undefined || reason !== undefined) return [];
      const { variable, variables = {} } = allServers[name];
      return [[variable, address], ...(state === 'running' ? Object.entries(variables) : [])];
    }),
  );
}

function runs(record: ServerRecord | undefined): boolean {
  return record?.process !== undefined && isAlive(record.process);
}

function runningReport(name: ServerName, { address, process }: ServerRecord): ServerReport {
  return { name, state: 'running', address, ...(process ? { pid: process.pid } : {}) };
}

async function checkExternal(
  { name, variable }: Server,
  address: string,
  say: (line: string) => void,
): Promise<ServerReport> {
  if (await answers(address)) {
    say(`${name}: using ${address}, which ${variable} gives`);
    return { name, state: 'external', address };
  }
  const reason = `nothing answers at ${address}, which ${variable} gives: start that server, or unset ${variable}.`;
  say(`${name}: ${reason}`);
  return { name, state: 'external', address, reason };
}
