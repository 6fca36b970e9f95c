import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeLock } from './lock.ts';
import { stacksFolder } from './paths.ts';
import { type ProcessIdentity } from '../processes/processes.ts';
import { isEngineName, type EngineName } from '../engine/engine.ts';
import { isServerName, type ServerName } from '../servers/server.ts';

/** The record of one server of a stack, running or not. */
export interface ServerRecord {
  ports: Record<string, number>;
  /** Its data folder, usually below the stack's folder. */
  data: string;
  address: string;
  /** The container engine that runs it; absent where a process of this machine does. */
  engine?: EngineName;
  /** The process that should run, if any. If it has ended, the server died. In a container, it is the engine's client that follows it. */
  process?: ProcessIdentity & { startedAtMs: number };
}

/** The contents of a stack's state file. */
export interface StackState {
  /** The launcher that supervises the stack and stops it when it ends. */
  owner?: ProcessIdentity;
  /** The stack runs without a launcher. If servers run with neither owner nor `isDetached`, their launcher was killed. */
  isDetached: boolean;
  /** The data is deleted when the stack stops. */
  isTemporary: boolean;
  /** A process is stopping the stack: start nothing. */
  isStopping: boolean;
  servers: Partial<Record<ServerName, ServerRecord>>;
}

const fileName = 'stack.json';

/** The folder of a stack: its state and, with exceptions, its data. */
export function stackFolder(name: string): string {
  return join(stacksFolder, name);
}

/** The names of all stacks of this checkout that have a state file. */
export function stackNames(): string[] {
  if (!existsSync(stacksFolder)) return [];
  return readdirSync(stacksFolder).filter((name) => existsSync(join(stacksFolder, name, fileName)));
}

/** The state of a stack; undefined if it has none or the file is invalid. */
export function readState(name: string): StackState | undefined {
  try {
    return parseState(readFileSync(join(stackFolder(name), fileName), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Changes the state of a stack under a lock, and replaces the file atomically. @returns the new state */
export async function updateState(name: string, change: (state: StackState) => StackState): Promise<StackState> {
  using _lock = await takeLock(`state ${stackFolder(name)}`);
  const state = change(readState(name) ?? { isDetached: false, isTemporary: false, isStopping: false, servers: {} });
  mkdirSync(stackFolder(name), { recursive: true });
  const file = join(stackFolder(name), fileName);
  writeFileSync(`${file}.new`, `${JSON.stringify(state, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
  return state;
}

/** Changes the record of one server, as `updateState` does. */
export function updateServer(name: string, server: ServerName, record: ServerRecord): Promise<StackState> {
  return updateState(name, (state) => ({ ...state, servers: { ...state.servers, [server]: record } }));
}

/** Parses a state file; undefined if it is invalid. Drops records of unknown servers. */
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
    (value.engine === undefined || isEngineName(value.engine)) &&
    (value.process === undefined || (isIdentity(value.process) && 'startedAtMs' in value.process))
  );
}

function isIdentity(value: unknown): value is ProcessIdentity {
  return isObject(value) && Number.isInteger(value.pid) && Number.isInteger(value.startTicks);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
