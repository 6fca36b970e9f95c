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

/** The outcome for one requested server. */
export interface ServerReport {
  name: ServerName;
  state: 'running' | 'external' | 'unavailable';
  address?: string;
  /** Absent for external servers. */
  pid?: number;
  /** Why it cannot be used; absent if it can. */
  reason?: string;
}

/** Installs and starts the requested servers of a stack, unless they run, and reports on each. */
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
  // Started only now, when every server's address is known to the others.
  const reports = wanted.map(async (name): Promise<ServerReport> => {
    try {
      return (await starts.get(name)?.()) ?? { name, state: 'unavailable' };
    } catch (error) {
      signal.throwIfAborted();
      progress.say(`${name} is unavailable: ${messageOf(error)}`);
      return { name, state: 'unavailable', reason: messageOf(error) };
    }
  });
  // Waits for all, so that after an interruption none is still working.
  const settled = await Promise.allSettled(reports);
  signal.throwIfAborted();
  return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/** The requested servers and the ones that they depend on, except those for which `isThere` is true. */
export function withCompanions(asked: readonly ServerName[], isThere: (name: ServerName) => boolean): ServerName[] {
  const companions = asked.flatMap((name) => allServers[name].companions ?? []).filter((name) => !isThere(name));
  return serverNames.filter((name) => asked.includes(name) || companions.includes(name));
}

/** The addresses of usable servers, and other variables that clients need. */
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
    say(`${name}: using ${address}, from ${variable}`);
    return { name, state: 'external', address };
  }
  const reason = `nothing answers at ${address}, from ${variable}. Start that server, or unset ${variable}.`;
  say(`${name}: ${reason}`);
  return { name, state: 'external', address, reason };
}
