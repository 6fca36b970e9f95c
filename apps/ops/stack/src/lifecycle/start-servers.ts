import { chooseWays } from '../engine/choose-way.ts';
import type { EngineName } from '../engine/engine.ts';
import { bringUp, untilReady } from './bring-up.ts';
import { answers, externalAddress } from './external.ts';
import { cacheFolder } from '../state/paths.ts';
import { choosePorts } from '../processes/ports.ts';
import { isAlive } from '../processes/processes.ts';
import { type Progress } from '../progress.ts';
import { allServers } from '../servers/all-servers.ts';
import {
  clusterMembers,
  isServerName,
  type Server,
  type ServerName,
  serverNames,
  withMembers,
} from '../servers/server.ts';
import { readState, type ServerRecord } from '../state/state.ts';
import { messageOf, UserError } from '../user-error.ts';

/** The outcome for one requested server. */
export interface ServerReport {
  name: ServerName;
  state: 'running' | 'external' | 'unavailable';
  address?: string;
  /** Absent for external servers. */
  pid?: number;
  /** The container engine that runs it; absent where a process of this machine does. */
  engine?: EngineName;
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
  refuseOtherSize(stack, asked, records);
  const environment: Record<string, string> = {};
  const addAddress = ({ variable }: Server, address: string): void =>
    void (environment[variable] = joined(environment[variable], address));
  const portsOf: Partial<Record<ServerName, Readonly<Record<string, number>>>> = Object.fromEntries(
    Object.entries(records).map(([name, record]) => [name, record.ports]),
  );
  const starts = new Map<ServerName, () => Promise<ServerReport>>();
  using reservations = new DisposableStack();

  const isThere = (name: ServerName): boolean => externalAddress(allServers[name]) !== undefined || runs(records[name]);
  const wanted = withCompanions(withKnownMembers(asked, records), isThere);
  const toStart = wanted.filter((name) => !isThere(name)).map((name) => allServers[name]);
  const ways = await chooseWays(toStart, cacheFolder(), (name) => records[name]?.engine !== undefined);
  for (const name of serverNames) {
    const server = allServers[name];
    const record = records[name];
    const external = externalAddress(server);
    if (external !== undefined) {
      addAddress(server, external);
      starts.set(name, () => checkExternal(server, external, progress.say));
    } else if (record && runs(record)) {
      addAddress(server, record.address);
      starts.set(name, async () => {
        await untilReady(server, record, { signal, say: progress.say });
        return runningReport(name, record);
      });
    } else if (wanted.includes(name)) {
      const way = ways.get(name);
      if (way === undefined || way instanceof UserError) {
        starts.set(name, () => Promise.reject(way ?? new Error(`no way to run ${name} was chosen`)));
        continue;
      }
      const refused = way.kind === 'engine' ? outsideContainers(server, isThere, records) : undefined;
      if (refused !== undefined) {
        starts.set(name, () => Promise.reject(refused));
        continue;
      }
      const choice = reservations.use(await choosePorts(server.usualPorts, record?.ports));
      const context = { stack, cache: cacheFolder(), ports: choice.ports, portsOf, way, environment, progress, signal };
      addAddress(server, server.address(choice.ports));
      portsOf[name] = choice.ports;
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

/** The addresses of usable servers, of a cluster's members in one list, and other variables that clients need. */
export function environmentOf(reports: readonly ServerReport[]): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const { name, address, reason, state } of reports) {
    if (address === undefined || reason !== undefined) continue;
    const { variable, variables = {} } = allServers[name];
    environment[variable] = joined(environment[variable], address);
    if (state === 'running') Object.assign(environment, variables);
  }
  return environment;
}

/** An external address is that of all members. */
const joined = (known: string | undefined, address: string): string =>
  known === undefined || known === address ? address : `${known},${address}`;

/** A stack that has a cluster's other members keeps them. */
export const withKnownMembers = (
  asked: readonly ServerName[],
  records: Readonly<Partial<Record<ServerName, ServerRecord>>>,
): ServerName[] =>
  serverNames.filter((name) => asked.includes(name) || (withMembers(asked).includes(name) && name in records));

/** Brokers agree on their number when their data is made, and one registry keeps its schemas elsewhere than two. */
export function refuseOtherSize(
  stack: string,
  asked: readonly ServerName[],
  records: Readonly<Partial<Record<ServerName, ServerRecord>>>,
): void {
  for (const [first, others = []] of Object.entries(clusterMembers)) {
    const isNew = others.some((name) => asked.includes(name) && records[name] === undefined);
    if (isNew && isServerName(first) && records[first] !== undefined)
      throw new UserError(
        `The stack ${stack} has the data of one ${first}. Delete it with \`npm run stack -- reset --name ${stack}\`, or give this stack another name.`,
      );
  }
}

/** A container reaches what runs in containers of its stack, and not what listens on 127.0.0.1 of this machine. */
function outsideContainers(
  { name, companions = [] }: Server,
  isThere: (name: ServerName) => boolean,
  records: Readonly<Partial<Record<ServerName, ServerRecord>>>,
): UserError | undefined {
  const outside = companions.find(
    (one) => isThere(one) && (externalAddress(allServers[one]) !== undefined || records[one]?.engine === undefined),
  );
  if (outside === undefined) return undefined;
  return new UserError(
    `${name} would run in a container here, from where it cannot reach ${outside}, which runs outside. Stop ${outside}, ` +
      `and unset ${allServers[outside].variable} if it is set: both then run in containers.`,
  );
}

function runs(record: ServerRecord | undefined): boolean {
  return record?.process !== undefined && isAlive(record.process);
}

function runningReport(name: ServerName, { address, process, engine }: ServerRecord): ServerReport {
  return { name, state: 'running', address, ...(process && { pid: process.pid }), ...(engine && { engine }) };
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
