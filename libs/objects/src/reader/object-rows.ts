import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { describeError } from '@sluice/telemetry';
import { avroRows } from './avro-rows.ts';
import { jsonRows } from './json-rows.ts';
import { UnreadableObject, type StoredRow } from './stored-row.ts';

export type ObjectFormat = 'JSON' | 'AVRO';

/**
 * The rows of an object in their order. Memory holds a few chunks, or one Avro block.
 *
 * @throws UnreadableObject, and what `chunks` throws
 */
export async function* objectRows(chunks: AsyncIterable<Uint8Array>, format: ObjectFormat): AsyncGenerator<StoredRow> {
  const bytes = Readable.from(chunks, { objectMode: false });
  try {
    if (format === 'AVRO') return yield* avroRows(bytes);
    // Its reader gets the errors of both.
    yield* jsonRows(pipeline(bytes, createGunzip(), () => {}));
  } catch (error) {
    throw isDamage(error) ? new UnreadableObject(describeError(error)) : error;
  } finally {
    bytes.destroy();
  }
}

const isDamage = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
