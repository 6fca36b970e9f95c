import { outgoingEvent, type KafkaClient } from '@sluice/kafka';
import { iotReading } from '@sluice/contracts';
import type { Codec } from '@sluice/schema-registry';
import type { SyntheticReadings } from './synthetic-readings.ts';

/** Publishes readings at a rate, until stopped. */
export interface ReadingsLoad {
  /** How many Kafka has acknowledged. */
  readonly acknowledged: number;
  /** Ends the load. */
  stop(): Promise<void>;
}

const mostAtOnce = 5_000;

export async function readingsLoad(
  { kafka, codec, signal }: { kafka: KafkaClient; codec: Codec; signal: AbortSignal },
  readings: SyntheticReadings,
  perSecond: number,
): Promise<ReadingsLoad> {
  await kafka.ensureTopics([iotReading.topic], { signal });
  const encoder = await codec.encoder(iotReading);
  const producer = await kafka.producer();
  let acknowledged = 0;
  let stopped = false;

  const run = async () => {
    const startedMs = performance.now();
    while (!stopped && !signal.aborted) {
      const due = Math.floor(((performance.now() - startedMs) / 1000) * perSecond) - acknowledged;
      const records = Array.from({ length: Math.max(0, Math.min(due, mostAtOnce)) }, (_, index) => {
        const value = readings.reading(acknowledged + index);
        return outgoingEvent({ value }, iotReading, encoder, Date.now());
      });
      if (records.length > 0) await producer.send(iotReading.topic, records);
      acknowledged += records.length;
      if (due < mostAtOnce) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const running = run();
  running.catch(() => {});
  return {
    get acknowledged() {
      return acknowledged;
    },
    async stop() {
      stopped = true;
      await running;
      await producer.disconnect();
    },
  };
}
