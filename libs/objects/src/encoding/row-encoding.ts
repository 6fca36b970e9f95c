import type { ByteWriter } from '@sluice/avro';
import type { SinkRecord } from '@sluice/sink';

/** What an object's format is called in names, metadata and announcements. */
export interface ObjectFormat {
  readonly name: 'JSON' | 'AVRO';
  readonly extension: 'json.gz' | 'avro';
  readonly contentType: string;
}

/**
 * Turns the records of one object into its bytes: a header, any number of blocks that are compressed separately, and an end. It
 * holds no compressor, so an open object costs no more than its bytes.
 */
export interface RowEncoding {
  readonly format: ObjectFormat;
  /** The registry's id of the rows' schema without `_kafka`: the contract's, or that of the first row. */
  readonly schemaId: number;
  /** The ids of the schemas that the records so far were written with, in the order in which they came. */
  readonly schemaIds: readonly number[];
  /** Whether the record's row may be in the same object. */
  takes(record: SinkRecord): boolean;
  /** Appends a record's row. @throws MalformedAvro when its bytes cannot be read; `out` may be longer then */
  writeRow(record: SinkRecord, out: ByteWriter): void;
  header(): Buffer;
  /** The next block. Called for the blocks in their order; `rows` is only valid during the call. */
  block(rows: Buffer, count: number): Buffer;
  end(): Buffer;
}

/** Room for a block when it is compressed: the compressor fills it at once, and needs more only for what hardly compresses. */
export const compressedBytes = 32 * 1024;
