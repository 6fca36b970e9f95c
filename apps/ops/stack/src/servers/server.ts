import { join } from 'node:path';
import { type InstallJob } from '../install/install-job.ts';

export const serverNames = [
  'kafka',
  'kafka-2',
  'kafka-3',
  'registry',
  'registry-2',
  'elasticsearch',
  'gcs',
  'bigquery',
  'mqtt',
  's3',
  'sqs',
  'pubsub',
  'postgres',
  'opensearch',
] as const;
export type ServerName = (typeof serverNames)[number];

/** Servers that are started only if named. */
export const optionalServers: readonly ServerName[] = ['mqtt', 's3', 'sqs', 'pubsub', 'postgres', 'opensearch'];

/** The other brokers and the other registry of a cluster, by the one that runs without a cluster too. */
export const clusterMembers: Readonly<Partial<Record<ServerName, readonly ServerName[]>>> = {
  kafka: ['kafka-2', 'kafka-3'],
  registry: ['registry-2'],
};

/** The servers that are started by default. */
export const usualServers = serverNames.filter(
  (name) => !optionalServers.includes(name) && !Object.values(clusterMembers).flat().includes(name),
);

/** Servers, and the other members of their clusters. */
export const withMembers = (names: readonly ServerName[]): ServerName[] =>
  serverNames.filter((name) => names.some((one) => one === name || clusterMembers[one]?.includes(name)));

/** Whether a word is the name of a server. */
export function isServerName(word: string): word is ServerName {
  return serverNames.some((name) => name === word);
}

/** What a server's command line may depend on. */
export interface Place {
  /** The folder of its installed release. Shared and read-only. */
  installed: string;
  /** Its data folder, which exists. */
  data: string;
  ports: Readonly<Record<string, number>>;
  /** The ports of the stack's servers, this one too, whether they run or will run. */
  portsOf: Readonly<Partial<Record<ServerName, Readonly<Record<string, number>>>>>;
  /** The result of `runtime`. */
  runtime: string;
  /** Addresses of the stack's other servers, by environment variable; of a cluster those of all members, separated by commas. */
  environment: Readonly<Record<string, string>>;
}

/** How to start a server. */
export interface Command {
  program: string;
  args: readonly string[];
  /** Variables in addition to those of the launcher. */
  environment?: Readonly<Record<string, string>>;
  /** The user to run as, if not the present one. */
  user?: { uid: number; gid: number };
  /** The file where the program writes the server's pid, if it starts the server as another process. */
  pidFile?: string;
}

/** One local server, as the launcher needs it. */
export interface Server {
  name: ServerName;
  /** Its name for people. */
  title: string;
  /** Name and version of the release; also the name of its folder in the cache. */
  release: string;
  /** The environment variable with its address, for the stack and for its clients. */
  variable: string;
  /** Other variables that its clients need, unless it is external. */
  variables?: Readonly<Record<string, string>>;
  /** The port of each role. Clients talk to the first. */
  usualPorts: Readonly<Record<string, number>>;
  /** Servers that it depends on. */
  companions?: readonly ServerName[];
  /** The size of an installation, for progress. */
  installSize: { amount: number; unit: 'bytes' | 'packages' };
  /** The disk space that an installation needs while it runs, in bytes. */
  installDiskBytes: number;
  /** The user it must run as, if not the present one. */
  user?: { uid: number; gid: number };
  /** The file in the data folder where it writes its log once it runs, if it does not print it. */
  logFile?: string;
  /** Finds its runtime (a Java home, a Python). @throws UserError with one sentence */
  runtime?(): Promise<string>;
  /** Finds the tools of `install`. @throws UserError with one sentence */
  findTools?(): unknown;
  /** Fills `job.files` with the release. */
  install(job: InstallJob): Promise<void>;
  /** Writes its configuration into the data folder. @returns its command line */
  command(place: Place): Promise<Command>;
  /** The address for clients. */
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

/** A server's folder for temporary files. It is with its data, so that a killed server leaves nothing elsewhere. It exists when the server starts. */
export const temporaryFolder = (data: string): string => join(data, 'tmp');
