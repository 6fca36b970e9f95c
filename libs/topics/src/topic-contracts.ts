import {
  anyObject,
  contracts as ownContracts,
  defaultRules,
  derivedContract,
  tableName,
  templateName,
  type EventContract,
} from '@sluice/contracts';
import { topicSchemas } from '@sluice/schema-registry';
import { FatalError, retryForever, type Health, type Logger } from '@sluice/telemetry';
import type { TopicsConfig } from './rules-file.ts';

/**
 * The contracts of topics. Those of topics that have none are derived from the schemas that are registered for them, by the rules of the
 * file; the registry is waited for.
 *
 * @throws FatalError when a topic has only schemas that are not Avro, or two topics would share an index or a table; and the abort reason
 */
export async function topicContracts(
  topics: readonly string[],
  { TOPICS_FILE: rulesOf = {} }: TopicsConfig,
  registry: Parameters<typeof topicSchemas>[0],
  context: { logger: Logger; signal: AbortSignal; health?: Pick<Health, 'waiting'> },
): Promise<readonly EventContract[]> {
  const own = ownContracts.filter(({ topic }) => topics.includes(topic));
  const ruled = own.find(({ topic }) => Object.hasOwn(rulesOf, topic));
  if (ruled !== undefined)
    throw new FatalError(
      `TOPICS_FILE has rules for ${ruled.topic}, which has a contract: its rules are in the contract`,
    );
  const schemasOf = topicSchemas(registry);
  const derived: EventContract[] = [];
  for (const topic of topics.filter((one) => !own.some((contract) => contract.topic === one))) {
    const rules = Object.hasOwn(rulesOf, topic) ? (rulesOf[topic] ?? defaultRules) : defaultRules;
    const what = 'the schema registry';
    const { schemas, problems } =
      rules.format === 'json'
        ? { schemas: [{ schema: anyObject }], problems: [] }
        : await retryForever({ what, ...context }, () => schemasOf(topic));
    if (schemas.length === 0 && problems.length > 0)
      throw new FatalError(`The topic ${topic} cannot be delivered: ${problems[0]}`);
    derived.push(derivedContract(topic, schemas, rules));
    context.logger.info(
      { topic, schemas: schemas.length, ...rules, ...(problems.length > 0 && { problems }) },
      'the topic has no contract: its schemas in the registry take the place of one',
    );
  }
  const all = [...own, ...derived];
  for (const nameOf of [templateName, (contract: EventContract) => tableName(contract, '')]) refuseShared(all, nameOf);
  return all;
}

function refuseShared(contracts: readonly EventContract[], nameOf: (contract: EventContract) => string): void {
  for (const [name, those] of Map.groupBy(contracts, nameOf))
    if (those.length > 1)
      throw new FatalError(
        `The topics ${those.map(({ topic }) => topic).join(' and ')} would share the index or table ${name.replace(/^\./, '')}: deliver them by sinks with different destinations`,
      );
}
