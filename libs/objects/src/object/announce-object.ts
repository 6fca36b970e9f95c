import { idHeader } from '@sluice/kafka';
import { eventId, eventKey, storedObject, type StoredObject } from '@sluice/contracts';
import type { Encoder } from '@sluice/schema-registry';
import type { OutputRecord } from '@sluice/sink';
import type { FoundObject } from './object-store.ts';
import type { ObjectFacts } from './object-facts.ts';

/**
 * The announcement that an object exists. It is the same for an adopted object, whose writer ended before it committed, and so before it
 * announced.
 */
export function announceObject(
  found: FoundObject & { facts: ObjectFacts },
  by: { bucket: string; group: string },
  encoder: Encoder<StoredObject>,
): OutputRecord {
  const { name, facts } = found;
  const event: StoredObject = {
    bucket: by.bucket,
    name,
    topic: facts.topic,
    partition: facts.partition,
    first_offset: Number(facts.firstOffset),
    last_offset: Number(facts.lastOffset),
    records: facts.records,
    bytes: found.size,
    crc32c: found.crc32c,
    format: facts.format,
    schema_id: facts.schemaId,
    schema_ids: [...facts.schemaIds],
    created: found.created,
    group: by.group,
  };
  const id = eventId(storedObject, event);
  return {
    topic: storedObject.topic,
    key: eventKey(storedObject, event) ?? facts.topic,
    value: encoder.encode(event),
    ...(id !== undefined && { headers: { [idHeader]: id } }),
  };
}
