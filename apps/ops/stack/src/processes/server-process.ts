import { spawn } from 'node:child_process';
import { closeSync, constants, existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { identify, processesWith, type ProcessIdentity } from './processes.ts';
import { temporaryFolder, type Command, type Server } from '../servers/server.ts';

/** Marks a server's processes in their environment; its value is the server's data folder. */
const serverMark = 'SLUICE_STACK_SERVER';

const logName = 'server.log';
const rotateAtBytes = 20_000_000;

/** Variables that change how a JVM or Python starts. A server must start the same way for every user. */
const unwanted = [
  'JAVA_TOOL_OPTIONS',
  'JDK_JAVA_OPTIONS',
  'JAVA_OPTS',
  'ES_JAVA_OPTS',
  'PYTHONPATH',
  'PYTHONHOME',
  'PYTHONSTARTUP',
];

/** The file with the end of a server's log: its output or the log it writes itself, whichever is newer. */
export function logFileOf(server: Server, data: string): string {
  const printed = join(data, logName);
  const written = server.logFile === undefined ? undefined : join(data, server.logFile);
  return written !== undefined && modifiedMs(written) >= modifiedMs(printed) ? written : printed;
}

/** All running processes of the server with that data folder, of any launcher. */
export function processesOf(data: string): ProcessIdentity[] {
  return processesWith(serverMark, data);
}

/** Starts a server in a new session and appends its output to its log. @throws when the program cannot be started */
export async function spawnServer(command: Command, data: string): Promise<ProcessIdentity> {
  const logFile = join(data, logName);
  if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > rotateAtBytes) renameSync(logFile, `${logFile}.1`);
  // The folder can belong to another user, and root must not follow that user's links.
  const log = openSync(
    logFile,
    constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW,
    0o644,
  );
  mkdirSync(temporaryFolder(data), { recursive: true });
  const inherited = Object.entries(process.env).filter(([name]) => !unwanted.includes(name));
  const child = spawn(command.program, command.args, {
    cwd: data,
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      ...Object.fromEntries(inherited),
      // Servers of a stack talk to each other directly.
      NO_PROXY: '127.0.0.1,localhost',
      no_proxy: '127.0.0.1,localhost',
      // A JVM ignores it, and gets an argument.
      TMPDIR: temporaryFolder(data),
      ...command.environment,
      [serverMark]: data,
    },
    ...command.user,
  });
  closeSync(log);
  await new Promise<void>((done, fail) => child.once('spawn', done).once('error', fail));
  child.unref();
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  return identity ?? { pid: child.pid ?? 0, startTicks: 0 };
}

/** The process in a command's pid file, once it is written. */
export function processInPidFile(command: Command): ProcessIdentity | undefined {
  if (command.pidFile === undefined || !existsSync(command.pidFile)) return undefined;
  return identify(Number(readFileSync(command.pidFile, 'utf8')));
}

function modifiedMs(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
