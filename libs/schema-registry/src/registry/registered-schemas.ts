import type { AvroSchema } from '@sluice/avro';
import { subjectName, type EventContract } from '@sluice/contracts';
import { findSchema } from './find-schema.ts';
import { registryClient, type RegistryOptions } from './registry-client.ts';
import { statusOf } from './registry-denial.ts';
import { UnreadableRecord } from '../unreadable-record.ts';

/**
 * Finds the newest version that is registered for a contract's topic; undefined if there is none. Throws UnreadableRecord when it is not
 * Avro; any other error is an outage.
 */
export function registeredSchemas(
  options: RegistryOptions,
): (contract: EventContract) => Promise<AvroSchema | undefined> {
  const registries = registryClient(options);
  return ({ topic }) =>
    registries.ask(async (registry, access) => {
      try {
        const id = await registry.getLatestSchemaId(subjectName(topic));
        const { schema, format } = await findSchema(registry, id, access);
        if (format !== 'AVRO') throw new UnreadableRecord(`schema ${id} is ${format}, not Avro`);
        return schema;
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    });
}
