import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventProducer } from '../../produce/event-producer.ts';
import { RecordsRefused } from '../../produce/records-refused.ts';
import { kafkaApi, kafkaProxy } from '../kafka-proxy.ts';
import type { TestKafka } from '../test-kafka.ts';
import type { ContractOptions } from './contract-options.ts';

export function eventProducerContract({ connect, brokers: kafkaBrokers }: ContractOptions): void {
  let kafka: TestKafka;
  let producer: EventProducer;
  beforeAll(async () => {
    kafka = await connect(kafkaBrokers, { KAFKA_COMPRESSION: 'none' });
    producer = await kafka.producer();
  });
  afterAll(async () => {
    await producer.disconnect();
    await kafka.disconnect();
  });

  const hourMs = 3_600_000;

  const record = (key: string | null, value: string | Buffer = 'x') => ({ key, value: Buffer.from(value) });
  const tooLarge = (key: string) => record(key, Buffer.alloc(2_000_000));
  const keys = (count: number) => Array.from({ length: count }, (_, n) => `key-${n}`);

  const refusal = async (sending: Promise<void>): Promise<RecordsRefused> => {
    const error: unknown = await sending.then(
      () => undefined,
      (reason) => reason,
    );
    if (!(error instanceof RecordsRefused)) throw new Error(`not refused: ${String(error)}`);
    return error;
  };

  describe('an event producer', () => {
    it('says when a record is too large, or too far ahead', async () => {
      const topic = await kafka.topic();
      expect((await refusal(producer.send(topic, [tooLarge('a')]))).errorClass).toBe('MESSAGE_TOO_LARGE');
      const ahead = { ...record('a'), timestampMs: Date.now() + hourMs + 60_000 };
      expect((await refusal(producer.send(topic, [ahead]))).errorClass).toBe('INVALID_TIMESTAMP');
      await producer.send(topic, [{ ...record('a'), timestampMs: Date.now() + hourMs - 60_000 }]);
      expect(await kafka.records(topic)).toHaveLength(1);
    });

    it('names the records that were not written, and has written all others once', async () => {
      const topic = await kafka.topic({ partitions: 4 });
      const bad = tooLarge('bad');
      const { records: refused } = await refusal(producer.send(topic, [...keys(40).map((key) => record(key)), bad]));
      expect(refused).toContain(bad);
      await producer.send(
        topic,
        refused.filter((one) => one !== bad),
      );
      const written = (await kafka.records(topic)).map(({ key }) => String(key));
      expect(written.toSorted()).toEqual(keys(40).toSorted());
      expect(refused.length).toBeLessThan(40);
    });

    it.each(['lose-answer', 'lose-request'] as const)(
      'writes each record once when the connection breaks (%s)',
      async (fault) => {
        const topic = await kafka.topic({ partitions: 4 });
        const proxy = await kafkaProxy(kafkaBrokers);
        const behind = await connect(proxy.address);
        const through = await behind.producer();
        let breaks = 3;
        proxy.faultOf = (api) => (api === kafkaApi.produce && breaks-- > 0 ? fault : 'pass');
        // Without a key kafkajs would choose another partition in each retry.
        const values = keys(200);
        for (let at = 0; at < values.length; at += 50) {
          await through.send(
            topic,
            values.slice(at, at + 50).map((value) => record(null, value)),
          );
        }
        expect(breaks).toBeLessThan(0);
        expect((await kafka.records(topic)).map(({ value }) => String(value)).toSorted()).toEqual(values.toSorted());
        await through.disconnect();
        await behind.disconnect();
        await proxy.close();
      },
    );

    it('keeps the order of one key', async () => {
      const topic = await kafka.topic({ partitions: 4 });
      const sent = Array.from({ length: 300 }, (_, n) => ({ key: `key-${n % 7}`, value: String(n) }));
      for (let at = 0; at < 300; at += 100) {
        await producer.send(
          topic,
          sent.slice(at, at + 100).map(({ key, value }) => record(key, value)),
        );
      }
      const byKey = Map.groupBy(await kafka.records(topic), ({ key }) => String(key));
      for (const [key, found] of byKey) {
        expect(found.map(({ value }) => String(value))).toEqual(
          sent.filter((one) => one.key === key).map((one) => one.value),
        );
      }
      expect(byKey.size).toBe(7);
    });
  });
}
