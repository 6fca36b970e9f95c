import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { describeError } from '@sluice/telemetry';
import { avroRows } from './avro-rows.ts';
import { statusOf, type Bucket } from '../bucket.ts';
import { jsonRows } from './json-rows.ts';
import { UnreadableObject, type StoredRow } from './stored-row.ts';
import type { TopicObject } from '../stored-objects.ts';

/**
 * The rows of an object, as they lie in it, streamed: memory holds a few chunks, or one Avro block.
 *
 * @throws UnreadableObject, also where its bytes are not those of its checksum; UserError when the service does not answer
 */
export async function* objectRows(bucket: Bucket, object: TopicObject, signal: AbortSignal): AsyncGenerator<StoredRow> {
  const bytes = bucket.read(object, signal);
  const unpacked = object.format === 'JSON' ? gunzipped(bytes) : bytes;
  try {
    yield* object.format === 'JSON' ? jsonRows(unpacked) : avroRows(unpacked);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UnreadableObject) throw error;
    if (isDamage(error)) throw new UnreadableObject(describeError(error));
    if (statusOf(error) === 404) throw new UnreadableObject('it was deleted while it was being read');
    throw bucket.failure(error);
  } finally {
    unpacked.destroy();
    bytes.destroy();
  }
}

/** Whoever reads it gets the errors of both. */
const gunzipped = (bytes: Readable): Readable => pipeline(bytes, createGunzip(), () => {});

const isDamage = (error: unknown): boolean => String(statusOf(error)).startsWith('Z_');
