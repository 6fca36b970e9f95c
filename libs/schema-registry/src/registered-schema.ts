import type { AvroSchema } from '@sluice/avro';
import { subjectName, type EventContract } from '@sluice/contracts';
import { findSchema } from './find-schema.ts';
import { registryClient, type RegistryOptions } from './registry-client.ts';
import { statusOf } from './registry-denial.ts';
import { registryProblem } from './registry-problem.ts';

/**
 * The newest version that is registered for a contract's topic; undefined if there is none.
 *
 * @throws UnreadableRecord when it is not Avro; any other error is an outage
 */
export async function registeredSchema(
  options: RegistryOptions,
  { topic }: EventContract,
): Promise<AvroSchema | undefined> {
  const { url, auth, requestTimeoutMs = 5_000 } = options;
  const registry = registryClient(options);
  try {
    const id = await registry.getLatestSchemaId(subjectName(topic));
    return (await findSchema(registry, id, { url, auth, requestTimeoutMs })).schema;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw registryProblem(error, { url, hasLogin: auth !== undefined });
  }
}
