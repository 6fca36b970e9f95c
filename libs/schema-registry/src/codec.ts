import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { SchemaNames, type AvroSchema } from '@sluice/avro';
import { subjectName, type EventContract } from '@sluice/contracts';
import { encodeEvent, eventType, prefixBytes } from './encode-event.ts';
import { registryProblem } from './registry-problem.ts';
import { writerSchema, type FoundSchema, type WriterSchema } from './writer-schema.ts';

/** A Kafka value that is no event: no registry prefix, or a schema that the registry does not have. It never will be one. */
export class UnreadableRecord extends Error {
  override readonly name = 'UnreadableRecord';
}

/** Encodes events of one contract as Kafka values: a zero byte, the schema's id in four bytes, the Avro body. */
export interface Encoder<T> {
  readonly schemaId: number;
  /** @throws TypeError that names the fields, not their contents, when the event does not fit the contract */
  encode(event: T): Buffer;
}

/** Between Kafka values and events, through a Confluent-compatible schema registry. */
export interface Codec {
  /** Registers the contract's schema (BACKWARD compatible) or finds it registered. Called by sources and processors at start. */
  encoder<T>(contract: EventContract<T>): Promise<Encoder<T>>;
  /**
   * The writer schema of a Kafka value when it is at hand; undefined when `fetchSchema` must be awaited first.
   *
   * @param start where the value lies in `bytes`; all of them unless given
   */
  cachedSchema(bytes: Buffer, start?: number, end?: number): WriterSchema | undefined;
  /**
   * The writer schema of a Kafka value, from the registry.
   *
   * @param readMs when the value had been read from Kafka, by `performance.now()`. A denial that the registry was asked for after that
   * holds for this value too, as a schema is registered before a value is written with it. Without it, the registry is asked
   * @throws UnreadableRecord when the value can never be read; any other error is an outage, to be tried again
   */
  fetchSchema(value: Buffer, readMs?: number): Promise<WriterSchema>;
}

export interface CodecOptions {
  /** The registry's address, with its path: `http://host:8081` or `…/apis/ccompat/v7`. */
  url: string;
  auth?: { username: string; password: string };
  /** Writer schemas kept, least recently fetched dropped first. */
  maxSchemas?: number;
  /** How long one answer may take. */
  requestTimeoutMs?: number;
}

export function createCodec({ url, auth, maxSchemas = 1000, requestTimeoutMs = 5_000 }: CodecOptions): Codec {
  const registry = new SchemaRegistry({
    host: url,
    clientId: 'sluice',
    ...(auth && { auth }),
    retry: { maxRetryTimeInSecs: 5, initialRetryTimeInSecs: 0.1, retries: 4 },
    middlewares: [timeLimit(requestTimeoutMs)],
  });
  const schemas = new Map<number, WriterSchema>();
  const denied = new Map<number, Denial>();
  const underWay = new Map<number, Promise<WriterSchema>>();

  const schemaId = (value: Buffer): number => {
    if (value.length < prefixBytes || value[0] !== 0)
      throw new UnreadableRecord('the value does not begin with a registry schema id');
    return value.readUInt32BE(1);
  };

  const load = async (id: number): Promise<WriterSchema> => {
    const found = await findSchema(registry, id, (path) => denies(`${url}${path}`, { auth, requestTimeoutMs }));
    const schema = writerSchema(id, found);
    remember(schemas, id, schema, maxSchemas);
    return schema;
  };

  const explained = (error: unknown): never => {
    throw registryProblem(error, { url, hasLogin: auth !== undefined });
  };

  return {
    async encoder(contract) {
      const id = await register(registry, contract).catch(explained);
      const type = eventType(contract.schema);
      return { schemaId: id, encode: (event) => encodeEvent(type, id, event) };
    },
    cachedSchema: (bytes, start = 0, end = bytes.length) =>
      end - start >= prefixBytes && bytes[start] === 0 ? schemas.get(bytes.readUInt32BE(start + 1)) : undefined,
    async fetchSchema(value, readMs = Infinity) {
      const id = schemaId(value);
      const denial = denied.get(id);
      if (denial !== undefined && denial.askedMs >= readMs) throw denial.error;
      const known = schemas.get(id) ?? underWay.get(id);
      if (known !== undefined) return known;
      const askedMs = performance.now();
      const loading = load(id)
        .catch((error: unknown) => {
          if (error instanceof UnreadableRecord) remember(denied, id, { askedMs, error }, maxSchemas);
          return explained(error);
        })
        .finally(() => underWay.delete(id));
      underWay.set(id, loading);
      return loading;
    },
  };
}

/** What the registry answered to a question that was asked at this time. */
interface Denial {
  askedMs: number;
  error: UnreadableRecord;
}

/** Keeps the newest of what was found, by schema id. */
function remember<T>(known: Map<number, T>, id: number, found: T, most: number): void {
  known.delete(id);
  known.set(id, found);
  for (const oldest of known.keys()) {
    if (known.size <= most) break;
    known.delete(oldest);
  }
}

type Middleware = NonNullable<ConstructorParameters<typeof SchemaRegistry>[0]['middlewares']>[number];

/** The client itself waits for an answer for ever. */
const timeLimit =
  (timeout: number): Middleware =>
  () => ({ prepareRequest: async (next) => (await next()).enhance({ timeout }) });

interface SchemaReference {
  name: string;
  subject: string;
  version: number;
}

interface RegistrySchema {
  schema: string;
  schemaType?: string;
  references?: readonly SchemaReference[];
}

/** The part of the client's REST layer that is used here. */
interface RegistryApi {
  Schema: { find(of: { id: number }): Promise<{ data(): RegistrySchema }> };
  /** What the path does not name becomes the query: `deleted` asks for versions that were deleted softly, too. */
  Subject: { version(of: Omit<SchemaReference, 'name'> & { deleted: true }): Promise<{ data(): RegistrySchema }> };
}

/** The raw schema of an id. The client's own `getSchema` gives only its compiled type, and keeps every one for ever. */
async function findSchema(
  registry: SchemaRegistry,
  id: number,
  denies: (path: string) => Promise<boolean>,
): Promise<FoundSchema> {
  const api: RegistryApi = registry['api'];
  const response = await api.Schema.find({ id }).catch(async (error: unknown) => {
    if (statusOf(error) === 404 && (await denies(`/schemas/ids/${id}`)))
      throw new UnreadableRecord(`the registry has no schema with id ${id}`);
    throw error;
  });
  const found = response.data();
  if ((found.schemaType ?? 'AVRO') !== 'AVRO')
    throw new UnreadableRecord(`schema ${id} is ${found.schemaType}, not Avro`);
  const version = async ({ name, subject, version: of }: SchemaReference): Promise<RegistrySchema> => {
    const answer = await api.Subject.version({ subject, version: of, deleted: true }).catch(async (error: unknown) => {
      const path = `/subjects/${encodeURIComponent(subject)}/versions/${of}?deleted=true`;
      if (statusOf(error) === 404 && (await denies(path)))
        throw new UnreadableRecord(
          `schema ${id} refers to ${name}, version ${of} of the subject ${subject}, which the registry no longer has`,
        );
      throw error;
    });
    return answer.data();
  };
  const references: AvroSchema[] = [];
  const seen = new Set<string>();
  const collect = async (schema: RegistrySchema): Promise<void> => {
    for (const reference of schema.references ?? []) {
      // Two schemas may refer to one that both share.
      const key = `${reference.version} ${reference.subject}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const referenced = await version(reference);
      await collect(referenced);
      references.push(JSON.parse(referenced.schema) as AvroSchema);
    }
  };
  await collect(found);
  const schema = JSON.parse(found.schema) as AvroSchema;
  try {
    new SchemaNames([...references, schema]);
  } catch (error) {
    throw new UnreadableRecord(`schema ${id} and what it refers to do not go together: ${describeNames(error)}`);
  }
  return { schema, references };
}

const describeNames = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Whether a 404 is the registry's own word. A wrong path or a proxy in front of a registry that is down answers 404 too, and that is
 * an outage. The client drops the body, so it is asked for again: https://docs.confluent.io/platform/current/schema-registry/develop/api.html#errors
 */
async function denies(
  url: string,
  { auth, requestTimeoutMs }: { auth: CodecOptions['auth']; requestTimeoutMs: number },
): Promise<boolean> {
  const credentials = auth && Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
  let body: unknown;
  try {
    const response = await fetch(url, {
      ...(credentials !== undefined && { headers: { authorization: `Basic ${credentials}` } }),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    const text = await response.text();
    body = parsed(text);
  } catch (cause) {
    throw new Error(`${url} cannot be reached`, { cause });
  }
  return typeof body === 'object' && body !== null && 'error_code' in body && notFound.includes(body.error_code);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A subject, a version, a schema. */
const notFound: readonly unknown[] = [40401, 40402, 40403];

const statusOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;

async function register(registry: SchemaRegistry, contract: EventContract): Promise<number> {
  const subject = subjectName(contract.topic);
  const schema = { type: SchemaType.AVRO, schema: JSON.stringify(contract.schema) } as const;
  for (let attempt = 1; ; attempt++) {
    try {
      return (await registry.register(schema, { subject })).id;
    } catch (error) {
      if (error instanceof Error && error.name === 'ConfluentSchemaRegistryCompatibilityError') {
        // The subject's owner chose another level, which the registry enforces by itself; the client insists on its own.
        const existing = await registry.getRegistryIdBySchema(subject, schema).catch(() => undefined);
        if (existing !== undefined) return existing;
      }
      // Two first registrations at one moment can meet in a 409 that says nothing about compatibility: ask again.
      if (statusOf(error) === 409 && attempt < 5 && !/incompatib/i.test(String(error))) {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 200 * attempt));
        continue;
      }
      throw error;
    }
  }
}
