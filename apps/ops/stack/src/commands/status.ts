import { externalAddress, answers } from '../lifecycle/external.ts';
import { isAlive, residentBytes } from '../processes/processes.ts';
import { allServers } from '../servers/all-servers.ts';
import { clusterMembers, type Server, type ServerName, serverNames } from '../servers/server.ts';
import { environmentOf, type ServerReport } from '../lifecycle/start-servers.ts';
import { readState, type ServerRecord } from '../state/state.ts';

/** One server in `status --json`. */
interface ServerStatus {
  name: ServerName;
  state: 'running' | 'not answering' | 'died' | 'stopped' | 'external';
  address?: string;
  pid?: number;
  /** The container engine that runs it; then the process is the engine's client. */
  engine?: string;
  memoryBytes?: number;
  uptimeSeconds?: number;
}

/** Prints the state of a stack. @returns 0 only if servers should run and all of them can be used */
export async function status(options: { name: string; json: boolean }): Promise<number> {
  const records = readState(options.name)?.servers ?? {};
  // Most stacks have one broker and one registry.
  const members = Object.values(clusterMembers).flat();
  const shown = serverNames.filter((name) => records[name] !== undefined || !members.includes(name));
  const servers = await Promise.all(shown.map((name) => statusOf(allServers[name], records[name])));
  const usable = servers.flatMap(({ name, state, address }): ServerReport[] =>
    (state === 'running' || state === 'external') && address !== undefined ? [{ name, state, address }] : [],
  );
  if (options.json)
    process.stdout.write(`${JSON.stringify({ name: options.name, environment: environmentOf(usable), servers })}\n`);
  else process.stdout.write(servers.map((server) => `${row(server)}\n`).join(''));
  const expected = servers.filter(({ state }) => state !== 'stopped');
  return usable.length > 0 && usable.length === expected.length ? 0 : 1;
}

async function statusOf(server: Server, record: ServerRecord | undefined): Promise<ServerStatus> {
  const { name } = server;
  const external = externalAddress(server);
  if (external !== undefined)
    return { name, state: (await answers(external)) ? 'external' : 'not answering', address: external };
  if (!record?.process) return { name, state: 'stopped' };
  const { address, process, engine } = record;
  if (!isAlive(process)) return { name, state: 'died', address };
  return {
    name,
    state: (await server.isReady(address)) ? 'running' : 'not answering',
    address,
    pid: process.pid,
    ...(engine && { engine }),
    // Of a container, the engine knows.
    ...(engine === undefined && { memoryBytes: residentBytes(process.pid) }),
    uptimeSeconds: Math.round((Date.now() - process.startedAtMs) / 1000),
  };
}

function row({ name, state, address = '', pid, engine, memoryBytes, uptimeSeconds }: ServerStatus): string {
  const figures = [
    pid === undefined ? '' : engine === undefined ? `process ${pid}` : `in ${engine}`,
    memoryBytes === undefined ? '' : `${Math.round(memoryBytes / 1e6)} MB`,
    uptimeSeconds === undefined ? '' : `up ${uptimeSeconds} s`,
  ];
  return [name.padEnd(14), state.padEnd(14), address.padEnd(42), ...figures.map((figure) => figure.padEnd(15))]
    .join('')
    .trimEnd();
}
