import { setTimeout as delay } from 'node:timers/promises';
import { SchemaType, type SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { subjectName, type EventContract } from '@sluice/contracts';
import { findSchema } from './find-schema.ts';
import { refusedSchema } from './refused-schema.ts';
import { statusOf, type RegistryAccess } from './registry-denial.ts';

/**
 * Registers a contract's schema, or finds it registered.
 *
 * @returns its id
 * @throws RefusedSchema when the subject has a version that this one breaks
 */
export async function registerSchema(
  registry: SchemaRegistry,
  contract: EventContract,
  access: RegistryAccess,
): Promise<number> {
  const subject = subjectName(contract.topic);
  const schema = { type: SchemaType.AVRO, schema: JSON.stringify(contract.schema) } as const;
  const refusal = async (error: unknown): Promise<Error> => {
    const registered = await findSchema(registry, await registry.getLatestSchemaId(subject), access);
    return refusedSchema(contract, registered.schema, error instanceof Error ? error.message : String(error));
  };
  for (let attempt = 1; ; attempt++) {
    try {
      return (await registry.register(schema, { subject })).id;
    } catch (error) {
      if (error instanceof Error && error.name === 'ConfluentSchemaRegistryCompatibilityError') {
        // The client insists on its own level of compatibility. The subject's owner may have chosen another, which the registry enforces.
        const existing = await registry.getRegistryIdBySchema(subject, schema).catch(() => undefined);
        if (existing !== undefined) return existing;
      }
      // Two concurrent first registrations can cause a 409 that has nothing to do with compatibility: retry.
      if (statusOf(error) === 409 && attempt < 5 && !/incompatib/i.test(String(error))) {
        await delay(Math.random() * 200 * attempt);
        continue;
      }
      if (statusOf(error) === 409) throw await refusal(error);
      throw error;
    }
  }
}
