import type { KafkaClient } from '@sluice/kafka';
import { storedObject, topicName, type StoredObject } from '@sluice/contracts';
import { prefixBytes, UnreadableRecord, type Codec } from '@sluice/schema-registry';
import { retryForever, type Logger } from '@sluice/telemetry';

/** An announcement that an object exists, and where it is in the topic of announcements. */
export interface Announcement {
  object: StoredObject;
  partition: number;
  offset: bigint;
}

/**
 * Reads the announcements of one topic's objects, in order, to where they end now.
 *
 * @returns how far back they go: the Kafka time of the oldest that is kept where older ones were dropped, else undefined
 */
export async function readAnnouncements(options: {
  kafka: KafkaClient;
  codec: Codec;
  logger: Logger;
  signal: AbortSignal;
  topic: string;
  /** Consumer group of the sink whose announcements are meant. */
  objectsGroup: string;
  onAnnouncement: (announcement: Announcement) => void;
}): Promise<number | undefined> {
  const { kafka, codec, logger, signal, topic, objectsGroup, onAnnouncement } = options;
  const objects = topicName(storedObject);
  const ends = (await kafka.ends(objects)) ?? [];
  const wasDropped = ends.some(({ first }) => first > 0n);
  let oldestMs: number | undefined;
  await kafka.readRanges(
    objects,
    ends.map(({ partition, first, end }) => ({ partition, from: first, to: end })),
    async (records, partition) => {
      for (const { key, value, offset, timestampMs } of records) {
        if (wasDropped) oldestMs = Math.min(oldestMs ?? timestampMs, timestampMs);
        if (key?.toString() !== topic || value === null) continue;
        const isFinal = (error: unknown) => error instanceof UnreadableRecord;
        const schema = await retryForever({ what: 'the schema registry', signal, logger, isFinal }, () =>
          codec.fetchSchema(value),
        );
        const object = schema.decode(value.subarray(prefixBytes), storedObject);
        if (isStoredObject(object) && object.group === objectsGroup) onAnnouncement({ object, partition, offset });
      }
    },
    signal,
  );
  return wasDropped ? (oldestMs ?? Infinity) : undefined;
}

/** It was decoded into the contract's form. */
const isStoredObject = (value: unknown): value is StoredObject =>
  typeof value === 'object' && value !== null && 'name' in value && 'first_offset' in value;
