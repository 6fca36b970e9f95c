import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { portOf, type Command, type Server, type ServerName } from '../servers/server.ts';
import { checkout } from '../state/paths.ts';
import { onPath, outputOf } from '../toolchains/executable.ts';
import { UserError } from '../user-error.ts';

/** The container engines that can run the servers, in the order in which they are tried. Both have the same command line. */
const engineNames = ['docker', 'podman'] as const;
export type EngineName = (typeof engineNames)[number];

/** Whether a word is the name of an engine. */
export const isEngineName = (word: unknown): word is EngineName => engineNames.some((name) => name === word);

/** The services of infra/compose/servers.yml, and the variable there that sets the port of each on this machine. */
export const composePorts: Readonly<Partial<Record<ServerName, string>>> = {
  kafka: 'STACK_KAFKA_PORT',
  registry: 'STACK_REGISTRY_PORT',
  elasticsearch: 'STACK_ELASTICSEARCH_PORT',
  gcs: 'STACK_GCS_PORT',
  bigquery: 'STACK_BIGQUERY_PORT',
  s3: 'STACK_S3_PORT',
  opensearch: 'STACK_OPENSEARCH_PORT',
  postgres: 'STACK_POSTGRES_PORT',
};

/** Settings that containers do not follow. */
const toolchainSettings: Readonly<Partial<Record<ServerName, readonly string[]>>> = {
  kafka: ['STACK_KAFKA_LISTENERS', 'STACK_KAFKA_PROPERTIES'],
  elasticsearch: ['STACK_ELASTICSEARCH_PASSWORD'],
};

/**
 * The first engine that answers, with Compose. It must answer, not only exist: Docker's client is often there without its daemon.
 *
 * @throws UserError with what is missing, as the end of a sentence
 */
export async function findEngine(): Promise<EngineName> {
  const silent: string[] = [];
  for (const name of engineNames) {
    if (onPath(name) === undefined) continue;
    if ((await outputOf(name, ['info'])) === undefined) silent.push(`\`${name} info\` fails`);
    else if ((await outputOf(name, ['compose', 'version'])) === undefined)
      silent.push(`\`${name} compose\` is missing`);
    else return name;
  }
  throw new UserError(silent.length > 0 ? silent.join(', and ') : `neither ${engineNames.join(' nor ')} is on PATH`);
}

/** Why an engine cannot run a server, as a sentence without its end; undefined if it can. */
export function notInContainer({ name }: Server, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  if (composePorts[name] === undefined) return `${name} has no image in infra/compose/servers.yml`;
  const set = toolchainSettings[name]?.find((setting) => environment[setting] !== undefined);
  return set === undefined ? undefined : `${set} is set, which a container of ${name} does not follow`;
}

/** The Compose project of a stack, as unique as its folder. Compose allows lower case, digits, dashes and underscores. */
export const projectOf = (stack: string): string =>
  `sluice-${createHash('sha256').update(`${checkout}\0${stack}`).digest('hex').slice(0, 12)}`;

const composeArgs = (stack: string, ...args: readonly string[]): string[] => [
  'compose',
  ...['--project-name', projectOf(stack)],
  ...['--file', join(checkout, 'infra/compose/servers.yml')],
  // Servers that start only if named have a profile; naming them turns it on, but other commands would not see them.
  ...['--profile', '*'],
  ...args,
];

/**
 * Runs a server's container in the foreground, with its output: the process lives as long as the container does. Pulls or builds the image
 * where it is missing.
 */
export function containerCommand(
  engine: EngineName,
  server: Server,
  { stack, ports }: { stack: string; ports: Readonly<Record<string, number>> },
): Command {
  const variable = composePorts[server.name];
  const [role = ''] = Object.keys(server.usualPorts);
  return {
    program: engine,
    args: composeArgs(stack, 'up', '--no-deps', '--no-color', '--no-log-prefix', server.name),
    environment: { ...(variable !== undefined && { [variable]: String(portOf(ports, role)) }) },
  };
}

const run = promisify(execFile);
/** More than the grace of each container. */
const stopMs = 60_000;

/** Stops a server's container, as the engine does in order, and keeps its data. Does nothing where it does not run. */
export const stopContainer = (engine: EngineName, stack: string, server: ServerName): Promise<void> =>
  compose(engine, composeArgs(stack, 'stop', server));

/** Removes the containers of a stack, with their network and their data. */
export const removeContainers = (engine: EngineName, stack: string): Promise<void> =>
  compose(engine, composeArgs(stack, 'down', '--volumes', '--remove-orphans'));

async function compose(engine: EngineName, args: readonly string[]): Promise<void> {
  try {
    await run(engine, args, { timeout: stopMs });
  } catch (cause) {
    throw new UserError(`\`${engine} ${args.join(' ')}\` failed. Run it yourself to see why.`, { cause });
  }
}
