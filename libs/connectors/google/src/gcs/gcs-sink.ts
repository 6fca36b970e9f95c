import { connectKafka, registryOptions } from '@sluice/kafka';
import { storedObject, type EventContract, type StoredObject } from '@sluice/contracts';
import { createCodec, type Encoder } from '@sluice/schema-registry';
import type { CollectingSink } from '@sluice/sink';
import { stillWaiting, type AppContext } from '@sluice/telemetry';
import { announceObject } from './object/announce-object.ts';
import { avroEncoding } from './encoding/avro-encoding.ts';
import type { GcsSinkConfig } from './settings.ts';
import { jsonEncoding } from './encoding/json-encoding.ts';
import { ObjectCollector, type ObjectSetting } from './object/object-collector.ts';
import { objectStore } from './object/object-store.ts';
import { prepareBucket } from './prepare-bucket.ts';
import { storageService, writeScopes } from './storage-service.ts';

/** How the topic of the announcements is created: they are of use for as long as somebody may still load the objects. */
const announcementTopicSettings = { 'retention.ms': String(30 * 24 * 60 * 60 * 1000) };

/** What is known once the sink is open. */
interface Opened {
  announcements: Encoder<StoredObject>;
  /** The registry's id of each contract's own schema. */
  schemaIds: ReadonlyMap<EventContract, number>;
}

/** Partitions to objects in one bucket, each record in exactly one of them, and each object announced once. */
export function gcsSink(
  config: GcsSinkConfig,
  contracts: readonly EventContract[],
  { logger, health }: Pick<AppContext, 'logger' | 'health'>,
): CollectingSink {
  const [bucket, group] = [config.GCS_BUCKET, config.SINK_GROUP ?? 'gcs'];
  const storage = storageService(config, {
    scopes: writeScopes,
    projectId: config.GCS_PROJECT,
    timeoutMs: config.GCS_REQUEST_TIMEOUT_MS,
    timeoutSetting: 'GCS_REQUEST_TIMEOUT_MS',
    context: { logger, health },
  });
  const level = config.GCS_COMPRESSION_LEVEL;
  let opened: Opened | undefined;
  const known = (): Opened => {
    if (opened === undefined) throw new Error('the sink is not open');
    return opened;
  };

  const setting: ObjectSetting = {
    store: objectStore(storage, bucket),
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
    sentAs: 'row',
    outputTopics: [storedObject.topic],
    unknownFields:
      config.GCS_FORMAT === 'avro' ? 'objects keep them' : 'objects keep them, and tables get no columns for them',
    async open(signal) {
      // A stand-in knows no projects, and nothing must be asked of Google for it.
      const project = async () =>
        config.GCS_PROJECT ?? (config.GCS_ENDPOINT === undefined ? storage.project(signal) : 'local');
      await prepareBucket(storage, config, { project, logger, signal });
      const kafka = await connectKafka({ config, clientId: 'gcs', logger, health, signal });
      try {
        await kafka.ensureTopics([storedObject.topic], { signal, settings: announcementTopicSettings });
      } finally {
        await kafka.disconnect();
      }
      const codec = createCodec(registryOptions(config));
      const what = `the schema registry at ${config.SCHEMA_REGISTRY_URL}`;
      opened = await stillWaiting({ what, signal, logger, health }, async () => {
        const announcements = await codec.encoder(storedObject);
        const schemaIds = new Map<EventContract, number>();
        for (const contract of contracts) schemaIds.set(contract, (await codec.encoder(contract)).schemaId);
        return { announcements, schemaIds };
      });
    },
    collect: (unit) => new ObjectCollector(unit, setting),
    close: async () => {},
  };
}
