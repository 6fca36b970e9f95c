import type { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { SchemaNames, type AvroSchema } from '@sluice/avro';
import { jsonSchemaTypes } from '@sluice/contracts';
import { isDenied, statusOf, type RegistryAccess } from './registry-denial.ts';
import { UnreadableRecord } from '../unreadable-record.ts';
import type { FoundSchema } from '../writer-schema.ts';

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
  /** Parameters that the path does not name go into the query: `deleted` includes versions that were softly deleted. */
  Subject: { version(of: Omit<SchemaReference, 'name'> & { deleted: true }): Promise<{ data(): RegistrySchema }> };
}

/**
 * The schema of an id, with all that it refers to. The client's own `getSchema` returns only its compiled type, and keeps each for ever.
 *
 * @throws UnreadableRecord when the registry does not have it, it is neither Avro nor JSON Schema, or it is not valid Avro; any other
 * error is an outage
 */
export async function findSchema(registry: SchemaRegistry, id: number, access: RegistryAccess): Promise<FoundSchema> {
  const api: RegistryApi = registry['api'];
  const answer = async (request: Promise<{ data(): RegistrySchema }>, path: string, denial: string) => {
    try {
      return (await request).data();
    } catch (error) {
      if (statusOf(error) === 404 && (await isDenied(path, access))) throw new UnreadableRecord(denial);
      throw error;
    }
  };
  const found = await answer(api.Schema.find({ id }), `/schemas/ids/${id}`, `the registry has no schema with id ${id}`);
  const { schemaType: format = 'AVRO' } = found;
  if (format === 'JSON') return { schema: jsonSchemaTypes(JSON.parse(found.schema)), references: [], format };
  if (format !== 'AVRO') throw new UnreadableRecord(`schema ${id} is ${format}, not Avro`);
  const references = await findReferences(found, ({ name, subject, version }) =>
    answer(
      api.Subject.version({ subject, version, deleted: true }),
      `/subjects/${encodeURIComponent(subject)}/versions/${version}?deleted=true`,
      `schema ${id} refers to ${name}, version ${version} of the subject ${subject}, which the registry no longer has`,
    ),
  );
  const schema = JSON.parse(found.schema) as AvroSchema;
  try {
    new SchemaNames([...references, schema]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnreadableRecord(`schema ${id} and what it refers to do not go together: ${reason}`);
  }
  return { schema, references, format };
}

/** All schemas that a schema refers to, each once, after those that it refers to itself. */
async function findReferences(
  schema: RegistrySchema,
  find: (reference: SchemaReference) => Promise<RegistrySchema>,
): Promise<AvroSchema[]> {
  const found: AvroSchema[] = [];
  const seen = new Set<string>();
  const collect = async ({ references = [] }: RegistrySchema): Promise<void> => {
    for (const reference of references) {
      // Two schemas may share one that both refer to.
      const key = `${reference.version} ${reference.subject}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const referenced = await find(reference);
      await collect(referenced);
      found.push(JSON.parse(referenced.schema) as AvroSchema);
    }
  };
  await collect(schema);
  return found;
}
