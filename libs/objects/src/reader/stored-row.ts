import type { Transcoder } from '@sluice/avro';

/** An object cannot be read: it is not a file of its format, or not whole. The message says why, without contents. */
export class UnreadableObject extends Error {
  override readonly name = 'UnreadableObject';
}

/** A row of an object: where its record is in Kafka, and the record. The buffers are views, good until the next row is asked for. */
export interface StoredRow {
  topic: string;
  partition: number;
  offset: bigint;
  contents:
    /** A JSON object without `_kafka`. */
    | { format: 'JSON'; json: Buffer }
    /** The same, already parsed: see `parseExact`. */
    | { format: 'PARSED'; document: unknown }
    /** The record's Avro body, and how it becomes JSON by the schema in the file. */
    | { format: 'AVRO'; avro: Buffer; transcode: Transcoder };
}
