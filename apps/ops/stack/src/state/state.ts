import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeLock } from './lock.ts';
import { stacksFolder } from './paths.ts';
import { type ProcessIdentity } from '../processes/processes.ts';
import { isServerName, type ServerName } from '../servers/server.ts';

/** What is known of one server of a stack, running or not. */
export interface ServerRecord {
  ports: Record<string, number>;
  /** Its data folder; not always below the stack's own. */
  data: string;
  address: string;
  /** The process that should run, if one should. A record whose process is gone is a server that died. */
  process?: ProcessIdentity & { startedAtMs: number };
}

/** A stack as its state file tells it. */
export interface StackState {
  /** The launcher that supervises the stack and takes it down at its end. */
  owner?: ProcessIdentity;
  /** The stack runs on without a launcher. Neither owner nor detached, yet servers run: a killed launcher left them. */
  isDetached: boolean;
  /** Data goes with the stack. */
  isTemporary: boolean;
  /** Somebody is taking the stack down: start nothing. */
  isStopping: boolean;
  servers: Partial<Record<ServerName, ServerRecord>>;
}

const fileName = 'stack.json';

/** The folder of a stack: its state and, but for exceptions, its data. */
export function stackFolder(name: string): string {
  return join(stacksFolder, name);
}

/** The names of all stacks of this checkout that have a state file. */
export function stackNames(): string[] {
  if (!existsSync(stacksFolder)) return [];
  return readdirSync(stacksFolder).filter((name) => existsSync(join(stacksFolder, name, fileName)));
}

/** The state of a stack, or undefined when it has none or its file cannot be understood. */
export function readState(name: string): StackState | undefined {
  try {
    return parseState(readFileSync(join(stackFolder(name), fileName), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Changes the state of a stack, one process at a time; the file is replaced whole. Answers the new state. */
export async function updateState(name: string, change: (state: StackState) => StackState): Promise<StackState> {
  using _lock = await takeLock(`state ${stackFolder(name)}`);
  const state = change(readState(name) ?? { isDetached: false, isTemporary: false, isStopping: false, servers: {} });
  mkdirSync(stackFolder(name), { recursive: true });
  const file = join(stackFolder(name), fileName);
  writeFileSync(`${file}.new`, `${JSON.stringify(state, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
  return state;
}

/** Changes the record of one server. */
export function updateServer(name: string, server: ServerName, record: ServerRecord): Promise<StackState> {
  return updateState(name, (state) => ({ ...state, servers: { ...state.servers, [server]: record } }));
}

/** Reads a state file's text; undefined when it is not one. Records of servers that no longer exist are dropped. */
export function parseState(text: string): StackState | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || !isObject(value.servers)) return undefined;
  const servers: StackState['servers'] = {};
  for (const [name, record] of Object.entries(value.servers)) {
    if (isServerName(name) && isServerRecord(record)) servers[name] = record;
  }
  return {
    ...(isIdentity(value.owner) ? { owner: value.owner } : {}),
    isDetached: value.isDetached === true,
    isTemporary: value.isTemporary === true,
    isStopping: value.isStopping === true,
    servers,
  };
}

function isServerRecord(value: unknown): value is ServerRecord {
  return (
    isObject(value) &&
    isObject(value.ports) &&
    Object.values(value.ports).every((port) => Number.isInteger(port)) &&
    typeof value.data === 'string' &&
    typeof value.address === 'string' &&
    (value.process === undefined || (isIdentity(value.process) && 'startedAtMs' in value.process))
  );
}

function isIdentity(value: unknown): value is ProcessIdentity {
  return isObject(value) && Number.isInteger(value.pid) && Number.isInteger(value.startTicks);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
