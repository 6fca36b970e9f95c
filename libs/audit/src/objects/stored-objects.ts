import { schemaIdsOf, type ListedObject, type ObjectFormat } from '@sluice/objects';
import { topicName, type EventContract } from '@sluice/contracts';

/** An object of a topic, by its name and its metadata. What the metadata lack is taken from the name. */
export interface TopicObject {
  name: string;
  generation: string;
  bytes: number;
  crc32c: string;
  createdMs: number;
  format: ObjectFormat;
  partition: number;
  first: bigint;
  /** At least `first`. */
  last: bigint;
  records: number;
  schemaId: number;
  /** Those that its records were written with. */
  schemaIds: readonly number[];
  /** What is wrong with the metadata by themselves. */
  problem: string | undefined;
}

const extensions: Readonly<Record<string, ObjectFormat>> = { 'json.gz': 'JSON', avro: 'AVRO' };
const name = /^date=\d{4}-\d\d-\d\d\/(?:hour=\d\d\/)?(\d{1,9})\/(\d{20})\.(json\.gz|avro)$/;

/** The folder of a topic's objects. @param prefix the sink's setting, empty or ending in a slash */
export const topicFolder = (contract: EventContract, prefix: string): string => `${prefix}${topicName(contract)}/`;

/**
 * Reads an object's name and metadata.
 *
 * @param folder see `topicFolder`
 * @returns undefined where the sink does not give such names
 */
export function topicObject(listed: ListedObject, folder: string, topic: string): TopicObject | undefined {
  const parts = listed.name.startsWith(folder) ? name.exec(listed.name.slice(folder.length)) : null;
  const [, partitionText = '', firstText = '', extension = ''] = parts ?? [];
  const format = extensions[extension];
  if (format === undefined) return undefined;
  const [partition, first] = [Number(partitionText), BigInt(firstText)];
  const { metadata } = listed;
  const problems: string[] = [];
  const expect = (key: string, value: string) => {
    if (metadata[key] !== value) problems.push(`${key} is ${metadata[key] ?? 'missing'} and not ${value}`);
  };
  const whole = (key: string): bigint | undefined => {
    const text = metadata[key] ?? '';
    if (/^\d{1,19}$/.test(text)) return BigInt(text);
    problems.push(`${key} is ${text === '' ? 'missing' : 'not a whole number'}`);
    return undefined;
  };
  expect('topic', topic);
  expect('partition', String(partition));
  expect('first-offset', String(first));
  expect('format', format);
  expect('crc32c', listed.crc32c);
  const schemaIds = schemaIdsOf(metadata['schema-ids']);
  if (schemaIds === undefined) problems.push('schema-ids is not a list of ids');
  const last = whole('last-offset') ?? first;
  if (last < first) problems.push(`last-offset is ${last}, before its first`);
  return {
    name: listed.name,
    generation: listed.generation,
    bytes: listed.bytes,
    crc32c: listed.crc32c,
    createdMs: listed.createdMs,
    format,
    partition,
    first,
    last: last < first ? first : last,
    records: Number(whole('records') ?? 0n),
    schemaId: Number(whole('schema-id') ?? 0n),
    schemaIds: schemaIds ?? [],
    problem: problems.length === 0 ? undefined : `its metadata are wrong: ${problems.join(', ')}`,
  };
}
