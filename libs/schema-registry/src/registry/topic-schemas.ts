import type { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import pLimit from 'p-limit';
import { fullName } from '@sluice/avro';
import { subjectName, type RegisteredSchema } from '@sluice/contracts';
import { findSchema } from './find-schema.ts';
import { registryClient, type RegistryOptions } from './registry-client.ts';
import { statusOf, type RegistryAccess } from './registry-denial.ts';
import { UnreadableRecord } from '../unreadable-record.ts';

/** Requests under way at once. */
const concurrency = 8;

/** What the registry has for the values of a topic. */
export interface TopicSchemas {
  /** Oldest first. */
  readonly schemas: readonly RegisteredSchema[];
  /** Why others cannot be used: a sentence each. */
  readonly problems: readonly string[];
}

/**
 * Finds the schemas that are registered for a topic's values: all versions of the subject `<topic>-value`, and of the subjects
 * `<topic>-<record name>` that TopicRecordNameStrategy makes. Subjects of RecordNameStrategy do not say their topics; their schemas are
 * found with the records. Errors are outages.
 *
 * https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#subject-name-strategy
 */
export function topicSchemas(options: RegistryOptions): (topic: string) => Promise<TopicSchemas> {
  const registries = registryClient(options);
  return (topic) => registries.ask((registry, access) => schemasOf(topic, registry, access));
}

async function schemasOf(topic: string, registry: SchemaRegistry, access: RegistryAccess): Promise<TopicSchemas> {
  const limit = pLimit(concurrency);
  const find = async (subject: string): Promise<TopicSchemas> => {
    const path = `/subjects/${encodeURIComponent(subject)}/versions`;
    const versions = (await registryAnswer<readonly number[]>(path, access)) ?? [];
    const found = await Promise.all(
      versions.map((version) => limit(() => schemaAt(`${path}/${version}`, registry, access))),
    );
    return {
      schemas: found.filter((one) => typeof one === 'object'),
      problems: found.filter((one) => typeof one === 'string'),
    };
  };
  const own = await find(subjectName(topic));
  if (own.schemas.length > 0) return own;
  const subjects = (await registryAnswer<readonly string[]>('/subjects', access)) ?? [];
  const others = subjects.filter((subject) => subject.startsWith(`${topic}-`) && !/-(key|value)$/.test(subject));
  const found = await Promise.all(others.map(async (subject) => ({ subject, ...(await find(subject)) })));
  // Another topic's name may begin with this one's.
  const named = found.filter(({ subject, schemas }) =>
    schemas.some(({ schema }) => nameOf(schema) === subject.slice(topic.length + 1)),
  );
  return {
    schemas: named.flatMap(({ schemas }) => schemas),
    problems: [...own.problems, ...named.flatMap(({ problems }) => problems)],
  };
}

/** @returns a sentence where the schema cannot be used, and undefined where the version is gone */
async function schemaAt(
  path: string,
  registry: SchemaRegistry,
  access: RegistryAccess,
): Promise<RegisteredSchema | string | undefined> {
  const registered = await registryAnswer<{ id: number }>(path, access);
  if (registered === undefined) return undefined;
  return findSchema(registry, registered.id, access).catch((error: unknown) => {
    if (error instanceof UnreadableRecord) return error.message;
    throw error;
  });
}

const nameOf = (schema: RegisteredSchema['schema']): string | undefined =>
  typeof schema === 'object' && 'name' in schema ? fullName(schema, '') : undefined;

/** An answer of the registry as JSON, for requests that its client lacks. @returns undefined where it has no such thing */
async function registryAnswer<T>(
  path: string,
  { url, auth, requestTimeoutMs }: RegistryAccess,
): Promise<T | undefined> {
  const credentials = auth && Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
  let response: Response;
  try {
    response = await fetch(url + path, {
      ...(credentials !== undefined && { headers: { authorization: `Basic ${credentials}` } }),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
  } catch (cause) {
    throw new Error(`${url}${path} cannot be reached`, { cause });
  }
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as T;
  const error = Object.assign(new Error(text), { status: response.status });
  if (statusOf(error) === 404) return undefined;
  throw error;
}
