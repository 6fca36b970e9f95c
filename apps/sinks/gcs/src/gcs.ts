import { Storage } from '@google-cloud/storage';
import { takesGoogleCredentials } from '@sluice/config';
import { connectKafka, registryOptions } from '@sluice/kafka';
import { createCodec, storedObject, type Encoder, type EventContract, type StoredObject } from '@sluice/schemas';
import type { CollectingSink } from '@sluice/sink';
import type { Logger } from '@sluice/telemetry';
import { announceObject } from './announce-object.ts';
import { avroEncoding } from './avro-encoding.ts';
import type { GcsConfig } from './config.ts';
import { jsonEncoding } from './json-encoding.ts';
import { ObjectCollector, type ObjectSetting } from './object-collector.ts';
import { objectStore } from './object-store.ts';
import { prepareBucket } from './prepare-bucket.ts';

/** How the topic of the announcements is created: they are of use for as long as somebody may still load the objects. */
const announcementTopicSettings = { 'retention.ms': String(30 * 24 * 60 * 60 * 1000) };

/** What is known once the sink is open. */
interface Opened {
  announcements: Encoder<StoredObject>;
  /** The registry's id of each contract's own schema. */
  schemaIds: ReadonlyMap<EventContract, number>;
}

/** Partitions to objects in one bucket, each record in exactly one of them, and each object announced once. */
export function gcs(config: GcsConfig, contracts: readonly EventContract[], logger: Logger): CollectingSink {
  const [bucket, group] = [config.GCS_BUCKET, config.SINK_GROUP ?? 'gcs'];
  const storage = new Storage({
    ...(config.GCS_PROJECT !== undefined && { projectId: config.GCS_PROJECT }),
    ...(config.GCS_ENDPOINT !== undefined && {
      apiEndpoint: config.GCS_ENDPOINT,
      useAuthWithCustomEndpoint: takesGoogleCredentials(config.GCS_ENDPOINT, config.GCS_SEND_CREDENTIALS),
      // A stand-in knows no projects, and nothing must be asked of Google for it.
      projectId: config.GCS_PROJECT ?? 'local',
    }),
    // What failed is tried again by the runtime, which says so.
    retryOptions: { autoRetry: false },
    timeout: config.GCS_REQUEST_TIMEOUT_MS,
  });
  const level = config.GCS_COMPRESSION_LEVEL;
  let opened: Opened | undefined;
  const known = (): Opened => {
    if (opened === undefined) throw new Error('the sink is not open');
    return opened;
  };

  const setting: ObjectSetting = {
    store: objectStore(storage, bucket, {
      requestTimeoutMs: config.GCS_REQUEST_TIMEOUT_MS,
      sendsCredentials: takesGoogleCredentials(storage.apiEndpoint, config.GCS_SEND_CREDENTIALS),
    }),
    prefix: config.GCS_PREFIX ?? '',
    rotation: {
      objectBytes: config.GCS_OBJECT_BYTES,
      objectRecords: config.GCS_OBJECT_RECORDS,
      waitMs: config.GCS_OBJECT_WAIT_MS,
      smallBytes: config.GCS_SMALL_OBJECT_BYTES,
      smallWaitMs: config.GCS_SMALL_OBJECT_WAIT_MS,
    },
    encodingFor(unit, { schema }) {
      if (config.GCS_FORMAT === 'avro') return avroEncoding(unit, { schema, level });
      const schemaId = known().schemaIds.get(unit.contract);
      if (schemaId === undefined) throw new Error(`the sink was not opened for ${unit.topic}`);
      return jsonEncoding(unit, { schemaId, level });
    },
    announce: (found) => announceObject(found, { bucket, group }, known().announcements),
  };

  return {
    async open(signal) {
      await prepareBucket(storage, config, logger);
      const kafka = await connectKafka({ config, clientId: 'gcs', logger, signal });
      try {
        await kafka.ensureTopics([storedObject.topic], { signal, settings: announcementTopicSettings });
      } finally {
        await kafka.disconnect();
      }
      const codec = createCodec(registryOptions(config));
      const announcements = await codec.encoder(storedObject);
      const schemaIds = new Map<EventContract, number>();
      for (const contract of contracts) schemaIds.set(contract, (await codec.encoder(contract)).schemaId);
      opened = { announcements, schemaIds };
    },
    collect: (unit) => new ObjectCollector(unit, setting),
    close: async () => {},
  };
}
