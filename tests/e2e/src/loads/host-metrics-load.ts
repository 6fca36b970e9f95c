import { connectKafka, kafkaSettings, schemaRegistrySettings } from '@sluice/kafka';
import { loadConfig } from '@sluice/config';
import { eventId, eventKey, hostMetrics, type HostMetrics } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { createLogger } from '@sluice/telemetry';

/** Publishes events at a rate, until stopped. */
export interface Load {
  /** Ends the load. @returns how many events Kafka acknowledged */
  stop(): Promise<number>;
}

const empty: Omit<HostMetrics, 'host' | 'time' | 'interval_ms'> = {
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

/**
 * Synthetic load in addition to the real source: events of fictitious hosts (`load-0`, `load-1` …), without measurements, so that a crash
 * meets many records in flight and not one a second.
 */
export async function hostMetricsLoad(
  environment: Readonly<Record<string, string>>,
  perSecond: number,
  signal: AbortSignal,
): Promise<Load> {
  const logger = createLogger({ app: 'load', level: 'warn', format: 'json', to: 'stderr' });
  const config = loadConfig('load', { ...kafkaSettings, ...schemaRegistrySettings }, environment);
  const kafka = await connectKafka({ config, clientId: 'load', logger, signal });
  const codec = createCodec({ url: config.SCHEMA_REGISTRY_URL });
  const encoder = await codec.encoder(hostMetrics);
  const producer = await kafka.producer();
  let acknowledged = 0;
  let stopped = false;

  const run = async () => {
    let hosts = 0;
    const startedMs = performance.now();
    while (!stopped && !signal.aborted) {
      const due = Math.floor(((performance.now() - startedMs) / 1000) * perSecond) - acknowledged;
      const events = Array.from({ length: Math.max(1, Math.min(due, 2000)) }, (): HostMetrics => {
        const time = new Date(Math.floor(Date.now() / 1000) * 1000);
        return { host: `load-${hosts++}`, time, interval_ms: 1000, ...empty };
      });
      const records = events.map((event) => ({
        key: eventKey(hostMetrics, event),
        value: encoder.encode(event),
        timestampMs: event.time.getTime(),
        headers: { 'sluice-id': eventId(hostMetrics, event) },
      }));
      await producer.send(hostMetrics.topic, records);
      acknowledged += records.length;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const running = run();
  return {
    async stop() {
      stopped = true;
      await running;
      await producer.disconnect();
      await kafka.disconnect();
      return acknowledged;
    },
  };
}
