import { join } from 'node:path';
import { damageOf } from '../install/manifest.ts';
import type { Server, ServerName } from '../servers/server.ts';
import { UserError } from '../user-error.ts';
import { findEngine, notInContainer, type EngineName } from './engine.ts';

/** How the stack runs a server: with what the server's `runtime` found, or in which engine and why. */
export type Way = { kind: 'toolchain'; runtime: string } | { kind: 'engine'; engine: EngineName; because: string };

/** What runs a server, and what installs it where it is not installed; or what is missing, as a sentence. */
type FoundToolchain = { runtime: string } | { lack: string };

/**
 * For each server that is to be started: the toolchain of this machine where it suffices, else a container engine. Servers that depend on
 * each other run the same way, because a container does not reach a server that listens on 127.0.0.1 of the machine.
 *
 * @param cache the folder of installed servers, which need no tools to be installed again
 * @param wasInContainer whether a server's data is in the engine, where it stays
 * @returns a way, or the error that says what is missing
 */
export async function chooseWays(
  servers: readonly Server[],
  cache: string,
  wasInContainer: (name: ServerName) => boolean,
  find: () => Promise<EngineName> = findEngine,
): Promise<Map<ServerName, Way | UserError>> {
  const found = new Map<ServerName, FoundToolchain>();
  const look = async (server: Server): Promise<void> => {
    const isThere = wasInContainer(server.name);
    found.set(
      server.name,
      isThere
        ? { lack: `the data of ${server.name} is in a container engine.` }
        : await lookForToolchain(server, cache),
    );
  };
  await Promise.all(servers.map(look));
  const isEngineNeeded = [...found.values()].some((one) => 'lack' in one);
  const engine = isEngineNeeded ? await find().catch(onlyUserError) : new UserError('no engine is needed');
  if (!(engine instanceof UserError)) takeCompanionsAlong(servers, found);
  return new Map(
    servers.map((server): [ServerName, Way | UserError] => {
      const own = found.get(server.name) ?? { lack: `${server.name} was not looked for.` };
      if ('runtime' in own) return [server.name, { kind: 'toolchain', runtime: own.runtime }];
      return [server.name, inEngine(server, own.lack, engine)];
    }),
  );
}

/** Where one of two servers that use each other must run in a container, both do. */
function takeCompanionsAlong(servers: readonly Server[], found: Map<ServerName, FoundToolchain>): void {
  const isInContainer = (name: ServerName): boolean => {
    const one = found.get(name);
    return one !== undefined && 'lack' in one;
  };
  for (const { name, companions = [] } of servers)
    for (const companion of companions.filter((one) => found.has(one) && isInContainer(one) !== isInContainer(name)))
      if (isInContainer(name)) found.set(companion, { lack: `${name} runs in a container, and uses ${companion}.` });
      else found.set(name, { lack: `${companion}, which ${name} uses, runs in a container.` });
}

function inEngine(server: Server, lack: string, engine: EngineName | UserError): Way | UserError {
  const refused = notInContainer(server);
  if (refused !== undefined) return new UserError(`${lack} A container engine does not help: ${refused}.`);
  if (engine instanceof UserError)
    return new UserError(`${lack} A container engine would do, docker or podman with Compose, but ${engine.message}.`);
  return { kind: 'engine', engine, because: lack.replace(/\.$/, '') };
}

function onlyUserError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  throw error;
}

async function lookForToolchain(server: Server, cache: string): Promise<FoundToolchain> {
  try {
    const runtime = (await server.runtime?.()) ?? '';
    if (damageOf(join(cache, server.release)) !== undefined) await server.findTools?.();
    return { runtime };
  } catch (error) {
    return { lack: onlyUserError(error).message };
  }
}
