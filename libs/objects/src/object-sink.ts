import { connectKafka, registryOptions } from '@sluice/kafka';
import { storedObject, type EventContract, type StoredObject } from '@sluice/contracts';
import { createCodec, type Encoder } from '@sluice/schema-registry';
import type { CollectingSink, CollectingSinkConfig } from '@sluice/sink';
import { stillWaiting, type AppContext } from '@sluice/telemetry';
import { avroEncoding } from './encoding/avro-encoding.ts';
import { jsonEncoding } from './encoding/json-encoding.ts';
import { announceObject } from './object/announce-object.ts';
import { ObjectCollector, type ObjectSetting } from './object/object-collector.ts';
import type { ObjectStore } from './object/object-store.ts';
import type { Rotation } from './object/rotation.ts';

/** How the topic of the announcements is created: they are of use for as long as somebody may still load the objects. */
const announcementTopicSettings = { 'retention.ms': String(30 * 24 * 60 * 60 * 1000) };

/** What is known once the sink is open. */
interface Opened {
  announcements: Encoder<StoredObject>;
  /** The registry's id of each contract's own schema. */
  schemaIds: ReadonlyMap<EventContract, number>;
}

export interface ObjectSinkOptions {
  /** The sink's project name: its Kafka client id, and its consumer group unless the settings name one. */
  name: string;
  store: ObjectStore;
  /** Prepares the bucket. Called by every `open`. */
  prepare(signal: AbortSignal): Promise<void>;
  /** What the store holds until the sink is closed. */
  release?(): void;
  bucket: string;
  /** What all names begin with; may be empty. */
  prefix: string;
  /** The setting of the prefix, for messages. */
  prefixSetting: string;
  format: 'json' | 'avro';
  level: number;
  rotation: Rotation;
  config: CollectingSinkConfig;
  contracts: readonly EventContract[];
  context: Pick<AppContext, 'logger' | 'health'>;
}

/** Partitions to objects in one bucket, each record in exactly one of them, and each object announced once. */
export function objectSink(options: ObjectSinkOptions): CollectingSink {
  const { name, store, bucket, prefix, prefixSetting, format, level, rotation, config, contracts, context } = options;
  const { logger, health } = context;
  const group = config.SINK_GROUP ?? name;
  let opened: Opened | undefined;
  const known = (): Opened => {
    if (opened === undefined) throw new Error('the sink is not open');
    return opened;
  };

  const setting: ObjectSetting = {
    store,
    prefix,
    prefixSetting,
    rotation,
    encodingFor(unit, { schema }) {
      if (format === 'avro') return avroEncoding(unit, { schema, level });
      const { id } = schema;
      const schemaId = unit.contract.derived === undefined ? known().schemaIds.get(unit.contract) : id;
      if (schemaId === undefined) throw new Error(`the sink was not opened for ${unit.topic}`);
      return jsonEncoding(unit, { schemaId, level });
    },
    announce: (found) => announceObject(found, { bucket, group }, known().announcements),
  };

  return {
    sentAs: 'row',
    outputTopics: [storedObject.topic],
    gathersMs: Math.max(rotation.waitMs, rotation.smallWaitMs),
    unknownFields: 'objects keep them, and tables gain columns for them',
    async open(signal) {
      await options.prepare(signal);
      const kafka = await connectKafka({ config, clientId: name, logger, health, signal });
      try {
        await kafka.ensureTopics([storedObject.topic], { signal, settings: announcementTopicSettings });
      } finally {
        await kafka.disconnect();
      }
      const codec = createCodec(registryOptions(config));
      const what = `the schema registry at ${config.SCHEMA_REGISTRY_URL.join(' or ')}`;
      opened = await stillWaiting({ what, signal, logger, health }, async () => {
        const announcements = await codec.encoder(storedObject);
        const schemaIds = new Map<EventContract, number>();
        const own = contracts.filter(({ derived }) => derived === undefined);
        for (const contract of own) schemaIds.set(contract, (await codec.encoder(contract)).schemaId);
        return { announcements, schemaIds };
      });
    },
    collect: (unit) => new ObjectCollector(unit, setting),
    close: async () => options.release?.(),
  };
}
