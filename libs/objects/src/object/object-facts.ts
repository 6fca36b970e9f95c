/** What an object says about itself, in its custom metadata: all that another owner of its partition needs in order to adopt it. */
export interface ObjectFacts {
  topic: string;
  partition: number;
  firstOffset: bigint;
  lastOffset: bigint;
  records: number;
  schemaId: number;
  /** See `RowEncoding`. */
  schemaIds: readonly number[];
  format: 'JSON' | 'AVRO';
  /** See `recordFingerprint`. */
  firstRecord: string;
  /** The CRC-32C of what its writer sent, big-endian, in base64. */
  crc32c: string;
}

/** The facts as custom metadata, which is text. */
export const metadataOf = (facts: ObjectFacts): Record<string, string> => ({
  topic: facts.topic,
  partition: String(facts.partition),
  'first-offset': String(facts.firstOffset),
  'last-offset': String(facts.lastOffset),
  records: String(facts.records),
  'schema-id': String(facts.schemaId),
  'schema-ids': facts.schemaIds.join(' '),
  format: facts.format,
  'first-record': facts.firstRecord,
  crc32c: facts.crc32c,
});

/** Reads the facts back; undefined where the metadata is not of this kind, so that the object is not the sink's. */
export function factsOf(metadata: Readonly<Record<string, unknown>> | undefined): ObjectFacts | undefined {
  const text = (name: string): string | undefined => {
    const value = metadata?.[name];
    return typeof value === 'string' ? value : undefined;
  };
  const whole = (name: string): bigint | undefined => {
    const value = text(name);
    return value !== undefined && /^\d{1,19}$/.test(value) ? BigInt(value) : undefined;
  };
  const [topic, format, firstRecord, crc32c] = [text('topic'), text('format'), text('first-record'), text('crc32c')];
  const [partition, firstOffset, lastOffset] = [whole('partition'), whole('first-offset'), whole('last-offset')];
  const [records, schemaId] = [whole('records'), whole('schema-id')];
  const schemaIds = schemaIdsOf(text('schema-ids'));
  if (topic === undefined || firstRecord === undefined || crc32c === undefined) return undefined;
  if (format !== 'JSON' && format !== 'AVRO') return undefined;
  if (partition === undefined || firstOffset === undefined || lastOffset === undefined) return undefined;
  if (records === undefined || schemaId === undefined || schemaIds === undefined || lastOffset < firstOffset)
    return undefined;
  return {
    topic,
    partition: Number(partition),
    firstOffset,
    lastOffset,
    records: Number(records),
    schemaId: Number(schemaId),
    schemaIds,
    format,
    firstRecord,
    crc32c,
  };
}

/** The ids as metadata have them, with spaces between; undefined where it is another text. */
export const schemaIdsOf = (text: string | undefined): number[] | undefined =>
  text !== undefined && /^\d{1,10}( \d{1,10})*$/.test(text) ? text.split(' ').map(Number) : undefined;
