import { loadConfig } from '@sluice/config';
import { connectKafka, kafkaSettings, registryOptions, schemaRegistrySettings, type KafkaClient } from '@sluice/kafka';
import { eventId, eventKey, eventTime, hostMetrics, type HostMetrics } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { createLogger } from '@sluice/telemetry';
import { serverAddresses } from '@sluice/testkit';

/** Puts host metrics into Kafka as their source would. */
export interface HostMetricsProducer {
  readonly kafka: KafkaClient;
  /** Produces events with these times in seconds; gives back their ids and the bytes of their values. */
  produce(host: string, seconds: readonly number[]): Promise<{ id: string; value: Buffer }[]>;
  close(): Promise<void>;
}

const nothing = {
  cpu: null,
  kernel: null,
  load: null,
  memory: null,
  swap: null,
  filesystems: null,
  disks: null,
  network: null,
  processes: null,
  machine: null,
};

export async function hostMetricsProducer(): Promise<HostMetricsProducer> {
  const { kafkaBrokers, schemaRegistryUrl } = serverAddresses();
  const config = loadConfig(
    'test',
    { ...kafkaSettings, ...schemaRegistrySettings },
    { KAFKA_BROKERS: kafkaBrokers, SCHEMA_REGISTRY_URL: schemaRegistryUrl },
  );
  const logger = createLogger({ app: 'test', level: 'fatal', format: 'json', to: 'stderr' });
  const signal = new AbortController().signal;
  const kafka = await connectKafka({ config, clientId: 'test', logger, signal });
  await kafka.ensureTopics([hostMetrics.topic], { signal });
  const producer = await kafka.producer();
  const encoder = await createCodec(registryOptions(config)).encoder(hostMetrics);
  return {
    kafka,
    async produce(host, seconds) {
      const records = seconds.map((second) => {
        const event: HostMetrics = { host, time: new Date(second * 1000), interval_ms: 1000, ...nothing };
        return {
          key: eventKey(hostMetrics, event),
          value: encoder.encode(event),
          headers: { 'sluice-id': eventId(hostMetrics, event) },
          timestampMs: eventTime(hostMetrics, event).getTime(),
        };
      });
      await producer.send(hostMetrics.topic, records);
      return records.map(({ headers, value }) => ({ id: headers['sluice-id'] ?? '', value }));
    },
    async close() {
      await producer.disconnect();
      await kafka.disconnect();
    },
  };
}
