import { join } from 'node:path';
import { type InstallJob } from '../install/install-job.ts';

export const serverNames = ['kafka', 'registry', 'elasticsearch', 'gcs', 'bigquery', 'mqtt'] as const;
export type ServerName = (typeof serverNames)[number];

/** What is started unless a command names others. */
export const usualServers = serverNames.filter((name) => name !== 'mqtt');

/** Whether a word from the command line or a file names a server. */
export function isServerName(word: string): word is ServerName {
  return serverNames.some((name) => name === word);
}

/** What a server may know when its command line is made. */
export interface Place {
  /** Where its release is installed. Shared and read-only. */
  installed: string;
  /** Its own data folder; exists. */
  data: string;
  ports: Readonly<Record<string, number>>;
  /** What `runtime` found. */
  runtime: string;
  /** Addresses of the stack's other servers, by environment variable. */
  environment: Readonly<Record<string, string>>;
}

/** How to start a server. */
export interface Command {
  program: string;
  args: readonly string[];
  /** Variables beyond those of the launcher. */
  environment?: Readonly<Record<string, string>>;
  /** The user to run as, where that is not the present one. */
  user?: { uid: number; gid: number };
  /** A file in which the program writes the pid of the real server when it starts that as another process. */
  pidFile?: string;
}

/** One local server: everything the launcher must know about it. */
export interface Server {
  name: ServerName;
  /** What it is, for people. */
  title: string;
  /** Name and version of what is installed; also the name of its folder in the cache. */
  release: string;
  /** The environment variable that carries its address, in and out. */
  variable: string;
  /** What else its clients must know, where it is ours. */
  variables?: Readonly<Record<string, string>>;
  /** The port of each role. Clients talk to the first. */
  usualPorts: Readonly<Record<string, number>>;
  /** Servers it cannot do its work without. */
  companions?: readonly ServerName[];
  /** How much an installation passes, to draw progress against. */
  installSize: { amount: number; unit: 'bytes' | 'packages' };
  /** Bytes of disk an installation needs while it runs. */
  installDiskBytes: number;
  /** The user it has to run as, where that is not the present one. */
  user?: { uid: number; gid: number };
  /** A file in the data folder in which it writes its log when it runs, and no longer prints it. */
  logFile?: string;
  /** Finds what it runs on (a Java home, a Python), or throws one sentence. */
  runtime?(): Promise<string>;
  /** Fills `job.files` with the release. */
  install(job: InstallJob): Promise<void>;
  /** Writes its configuration into the data folder and answers its command line. */
  command(place: Place): Promise<Command>;
  /** The address clients use. */
  address(ports: Readonly<Record<string, number>>): string;
  /** Whether it can be used at that address now. */
  isReady(address: string): Promise<boolean>;
}

/** The port of a role; a role that was never chosen is a bug. */
export function portOf(ports: Readonly<Record<string, number>>, role: string): number {
  const port = ports[role];
  if (port === undefined) throw new Error(`no port for ${role}`);
  return port;
}

/** Where a server puts its temporary files: with its data, so that a killed one leaves nothing elsewhere. It exists when the server starts. */
export const temporaryFolder = (data: string): string => join(data, 'tmp');
