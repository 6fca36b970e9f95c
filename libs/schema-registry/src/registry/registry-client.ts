import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import type { RegistryAccess } from './registry-denial.ts';
import { registryProblem } from './registry-problem.ts';
import { UnreadableRecord } from '../unreadable-record.ts';

export interface RegistryOptions {
  /** The registry's address, with its path: `http://host:8081` or `…/apis/ccompat/v7`. Several are those of one cluster's members. */
  url: string | readonly string[];
  auth?: { username: string; password: string };
  /** How long one answer may take. */
  requestTimeoutMs?: number;
}

/** One or more registries that have the same schemas. */
interface RegistryClient {
  /**
   * Asks the registry that answered last, and the next ones where it fails.
   *
   * @throws UnreadableRecord only when all say so: a member of a cluster may not have heard yet what another one registered. Otherwise what
   * is wrong with the first one that has no answer, and the setting or right that resolves it
   */
  ask<T>(use: (registry: SchemaRegistry, access: RegistryAccess) => Promise<T>): Promise<T>;
}

export function registryClient(options: RegistryOptions): RegistryClient {
  const { url, auth, requestTimeoutMs = 5_000 } = options;
  const members = [url].flat().map((host) => ({
    registry: new SchemaRegistry({
      host,
      clientId: 'sluice',
      ...(auth && { auth }),
      retry: { maxRetryTimeInSecs: 5, initialRetryTimeInSecs: 0.1, retries: 4 },
      middlewares: [timeLimit(requestTimeoutMs)],
    }),
    access: { url: host, auth, requestTimeoutMs },
  }));
  let first = 0;
  return {
    async ask(use) {
      let failure: unknown;
      for (let tries = 0; tries < members.length; tries++) {
        const at = (first + tries) % members.length;
        const member = members[at];
        if (member === undefined) break;
        try {
          const answer = await use(member.registry, member.access);
          first = at;
          return answer;
        } catch (error) {
          const problem = registryProblem(error, { url: member.access.url, hasLogin: auth !== undefined });
          if (failure === undefined || failure instanceof UnreadableRecord) failure = problem;
        }
      }
      throw failure;
    },
  };
}

type Middleware = NonNullable<ConstructorParameters<typeof SchemaRegistry>[0]['middlewares']>[number];

/** Without it, the client waits for an answer for ever. */
const timeLimit =
  (timeout: number): Middleware =>
  () => ({ prepareRequest: async (next) => (await next()).enhance({ timeout }) });
