import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import type { RegistryAccess } from './registry-denial.ts';

export interface RegistryOptions {
  /** The registry's address, with its path: `http://host:8081` or `…/apis/ccompat/v7`. */
  url: string;
  auth?: { username: string; password: string };
  /** How long one answer may take. */
  requestTimeoutMs?: number;
}

/** The registry's client, and how to reach the registry without it. */
export function registryClient(options: RegistryOptions): { registry: SchemaRegistry; access: RegistryAccess } {
  const { url, auth, requestTimeoutMs = 5_000 } = options;
  const registry = new SchemaRegistry({
    host: url,
    clientId: 'sluice',
    ...(auth && { auth }),
    retry: { maxRetryTimeInSecs: 5, initialRetryTimeInSecs: 0.1, retries: 4 },
    middlewares: [timeLimit(requestTimeoutMs)],
  });
  return { registry, access: { url, auth, requestTimeoutMs } };
}

type Middleware = NonNullable<ConstructorParameters<typeof SchemaRegistry>[0]['middlewares']>[number];

/** Without it, the client waits for an answer for ever. */
const timeLimit =
  (timeout: number): Middleware =>
  () => ({ prepareRequest: async (next) => (await next()).enhance({ timeout }) });
