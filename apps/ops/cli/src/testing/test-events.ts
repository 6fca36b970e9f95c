import { deadLetterTopicSettings } from '@sluice/kafka';
import { testKafka, uniqueName, type TestKafka } from '@sluice/kafka/testing';
import { deadLetterTopic, eventContract, type EventContract } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { serverAddresses } from '@sluice/testkit';

interface TestEvent {
  name: string;
  time: Date;
  size: number;
  text: string | null;
}

/** A topic with events, on the servers under test. */
export interface TestEvents {
  kafka: TestKafka;
  contract: EventContract<TestEvent>;
  topic: string;
  deadLetters: string;
  /** Publishes one event for each name; with `ids`, under the name as its id. @returns the values of their records */
  publish(names: readonly string[], change?: Partial<TestEvent>): Promise<Buffer[]>;
  encode(name: string, change?: Partial<TestEvent>): Buffer;
  producer: Awaited<ReturnType<TestKafka['producer']>>;
  close(): Promise<void>;
}

/** Yesterday at noon, so that all events of a test go to one index. */
export const eventDay = new Date(Math.floor(Date.now() / 86_400_000 - 1) * 86_400_000 + 43_200_000);

/** @param ids whether the contract has an id; otherwise a record's place is its id */
export async function testEvents({ partitions = 2, ids = true } = {}): Promise<TestEvents> {
  const { kafkaBrokers, schemaRegistryUrl } = serverAddresses();
  const kafka = await testKafka(kafkaBrokers, { KAFKA_TOPIC_PARTITIONS: String(partitions) });
  const topic = uniqueName('audited');
  const contract: EventContract<TestEvent> = eventContract({
    type: 'record',
    name: 'AuditedEvent',
    namespace: 'sluice.test',
    sluice: { topic, id: ids ? ['name'] : [], key: ['name'], time: 'time', rotation: 'day' },
    fields: [
      { name: 'name', type: 'string' },
      { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'size', type: 'long' },
      { name: 'text', type: ['null', 'string'] },
    ],
  });
  const signal = AbortSignal.timeout(60_000);
  await kafka.ensureTopics([topic], { signal });
  await kafka.ensureTopics([deadLetterTopic(topic)], { signal, settings: deadLetterTopicSettings });
  const encoder = await createCodec({ url: schemaRegistryUrl }).encoder(contract);
  const producer = await kafka.producer();
  const encode: TestEvents['encode'] = (name, change = {}) =>
    encoder.encode({ name, time: eventDay, size: name.length, text: `text of ${name}`, ...change });
  return {
    kafka,
    contract,
    topic,
    deadLetters: deadLetterTopic(topic),
    encode,
    producer,
    async publish(names, change) {
      const records = names.map((name) => ({
        key: name,
        value: encode(name, change),
        timestampMs: (change?.time ?? eventDay).getTime(),
        headers: ids ? { 'sluice-id': name } : {},
      }));
      for (let at = 0; at < records.length; at += 1_000) await producer.send(topic, records.slice(at, at + 1_000));
      return records.map(({ value }) => value);
    },
    async close() {
      await producer.disconnect();
      await kafka.disconnect();
    },
  };
}

export const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}-${n}`);
