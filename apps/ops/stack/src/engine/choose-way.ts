import { join } from 'node:path';
import { damageOf } from '../install/manifest.ts';
import type { Server, ServerName } from '../servers/server.ts';
import { UserError } from '../user-error.ts';
import { findEngine, notInContainer, type EngineName } from './engine.ts';

/** How the stack runs a server, and why in the engine. */
export type Way = { kind: 'toolchain' } | { kind: 'engine'; engine: EngineName; because: string };

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
  const lacks = new Map<ServerName, string>();
  for (const server of servers) {
    const lack = wasInContainer(server.name) ? 'its data is there' : await toolchainLack(server, cache);
    if (lack !== undefined) lacks.set(server.name, lack);
  }
  for (const { name, companions = [] } of servers)
    for (const companion of companions) {
      if (!servers.some((one) => one.name === companion)) continue;
      const [own, other] = [lacks.get(name), lacks.get(companion)];
      if (own !== undefined && other === undefined) lacks.set(companion, `${name} runs in a container, and uses it`);
      if (other !== undefined && own === undefined) lacks.set(name, `${companion}, which it uses, runs in a container`);
    }
  const ways = new Map<ServerName, Way | UserError>();
  let engine: Promise<EngineName> | undefined;
  for (const server of servers) {
    const lack = lacks.get(server.name);
    if (lack === undefined) ways.set(server.name, { kind: 'toolchain' });
    else {
      engine ??= find();
      ways.set(server.name, await inEngine(server, lack, engine));
    }
  }
  return ways;
}

async function inEngine(server: Server, lack: string, engine: Promise<EngineName>): Promise<Way | UserError> {
  const because = withoutEnd(lack);
  const refused = notInContainer(server);
  if (refused !== undefined) return new UserError(`${lack} A container engine is no way out: ${refused}.`);
  try {
    return { kind: 'engine', engine: await engine, because };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return new UserError(`${lack} Or start a container engine, docker or podman with Compose: ${error.message}.`);
  }
}

const withoutEnd = (sentence: string): string => sentence.replace(/\.$/, '');

/** What the toolchain lacks to run a server, or to install it where it is not installed; undefined if nothing. */
async function toolchainLack(server: Server, cache: string): Promise<string | undefined> {
  try {
    await server.runtime?.();
    if (damageOf(join(cache, server.release)) !== undefined) await server.findTools?.();
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}
