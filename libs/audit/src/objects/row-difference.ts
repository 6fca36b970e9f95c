import type { KafkaRecord } from '@sluice/kafka';
import { parseExact, sameJson, ByteWriter } from '@sluice/avro';
import type { EventContract } from '@sluice/contracts';
import { prefixBytes } from '@sluice/schema-registry';
import { differingFields, isBetween } from '../reading/exact-json.ts';
import type { ReadableRecord } from '../reading/record-json.ts';
import type { StoredRow } from '@sluice/objects';

/**
 * Compares rows with their records.
 *
 * @returns whether a row says the same as its record: undefined, else the names of the outermost fields that differ; none where the
 *   record cannot be read
 */
export function rowDifference(options: {
  contract: EventContract;
  read: (record: KafkaRecord) => Promise<ReadableRecord | undefined>;
}): (row: StoredRow, record: KafkaRecord, schemaId: number) => Promise<string[] | undefined> {
  const { contract, read } = options;
  const out = new ByteWriter();

  const documentOf = (contents: StoredRow['contents']): unknown => {
    if (contents.format === 'PARSED') return contents.document;
    if (contents.format === 'JSON') return parseExact(contents.json.toString());
    out.length = 0;
    contents.transcode(contents.avro, out);
    return parseExact(out.written().toString());
  };

  return async ({ contents }, record, schemaId) => {
    const { value } = record;
    // The same bytes in the same schema need not be read.
    if (contents.format === 'AVRO' && value !== null && isCopy(contents.avro, value, schemaId)) return undefined;
    const readable = await read(record);
    const json = readable?.json(contract, 'row');
    if (readable === undefined || json === undefined) return [];
    if (contents.format === 'JSON' && json.equals(contents.json)) return undefined;
    const expected = parseExact(json.toString());
    const asWritten = contract.derived === undefined ? readable.document(undefined, 'row') : expected;
    let document: unknown;
    try {
      document = documentOf(contents);
    } catch {
      return Object.keys(Object(expected));
    }
    // An Avro row has the producer's form; one in JSON that of the contract, as the sink knew it, with what else the producer had.
    const isRight =
      contents.format === 'AVRO'
        ? sameJson(document, asWritten)
        : sameJson(document, expected) || isBetween(document, readable.document(contract, 'known row'), asWritten);
    return isRight ? undefined : differingFields(contents.format === 'AVRO' ? asWritten : expected, document);
  };
}

const isCopy = (avro: Buffer, value: Buffer, schemaId: number): boolean =>
  value.length === avro.length + prefixBytes &&
  value.readUInt32BE(1) === schemaId &&
  value.subarray(prefixBytes).equals(avro);
