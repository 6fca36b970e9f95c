import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from './paths.ts';
import { type Server } from '../servers/server.ts';
import { stackFolder } from './state.ts';
import { outputOf } from '../toolchains/executable.ts';

/**
 * Creates the data folder of a server: in the checkout, or in the cache if the server runs as a user who cannot enter a folder above the
 * checkout.
 */
export async function createDataFolder(stack: string, server: Server, cache: string): Promise<string> {
  const usual = join(stackFolder(stack), server.name);
  mkdirSync(usual, { recursive: true });
  if (!server.user || (await outputOf('test', ['-x', stackFolder(stack)], server.user)) !== undefined) return usual;
  const hash = createHash('sha256').update(checkout).digest('hex').slice(0, 12);
  const elsewhere = join(cache, 'data', `${hash}-${stack}-${server.name}`);
  mkdirSync(elsewhere, { recursive: true });
  return elsewhere;
}
