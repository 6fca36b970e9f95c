import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RecordsRefused } from '../../produce/records-refused.ts';
import { ProducerFenced } from '../../produce/transactional-producer.ts';
import { uniqueName, type TestKafka } from '../test-kafka.ts';
import type { ContractOptions } from './contract-options.ts';

export function transactionalProducerContract({ connect, brokers: kafkaBrokers }: ContractOptions): void {
  let kafka: TestKafka;
  beforeAll(async () => {
    kafka = await connect(kafkaBrokers);
  });
  afterAll(() => kafka.disconnect());

  describe('a transactional producer', () => {
    const values = async (topic: string) => (await kafka.records(topic)).map(({ value }) => String(value));
    const record = (topic: string, value: string | Buffer) => ({ topic, key: null, value: Buffer.from(value) });

    it('publishes to several topics, one transaction after the other', async () => {
      const [a, b] = [await kafka.topic(), await kafka.topic()];
      const producer = await kafka.transactionalProducer(uniqueName('tx'));
      for (const n of [1, 2, 3]) await producer.publish([record(a, `a${n}`), record(b, `b${n}`)]);
      await producer.close();
      expect(await values(a)).toEqual(['a1', 'a2', 'a3']);
      expect(await values(b)).toEqual(['b1', 'b2', 'b3']);
    });

    it('publishes nothing of what the broker refuses in part', async () => {
      const [a, b] = [await kafka.topic(), await kafka.topic()];
      const id = uniqueName('tx');
      const producer = await kafka.transactionalProducer(id);
      const records = [record(a, 'small'), record(b, randomBytes(2_000_000))];
      await expect(producer.publish(records)).rejects.toThrow(RecordsRefused);
      await producer.close();
      const next = await kafka.transactionalProducer(id);
      await next.publish([record(a, 'after')]);
      await next.close();
      expect(await values(a)).toEqual(['after']);
      expect(await values(b)).toEqual([]);
    });

    it('is fenced by the next one of its id', async () => {
      const topic = await kafka.topic();
      const id = uniqueName('tx');
      const older = await kafka.transactionalProducer(id);
      await older.publish([record(topic, 'older')]);
      const newer = await kafka.transactionalProducer(id);
      await expect(older.publish([record(topic, 'too late')])).rejects.toThrow(ProducerFenced);
      await newer.publish([record(topic, 'newer')]);
      await Promise.all([older.close(), newer.close()]);
      expect(await values(topic)).toEqual(['older', 'newer']);
    });
  });
}
