import { randomBytes } from 'node:crypto';
import { loadConfig } from '@sluice/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaSettings } from '../../kafka-settings.ts';
import { capturedLog } from '../captured-log.ts';
import { uniqueName, type TestKafka } from '../test-kafka.ts';
import type { ContractOptions } from './contract-options.ts';

const kinds = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
/** Over several blocks of every format, in parts compressible. */
const values = kinds.map((_, n) => Buffer.concat([Buffer.alloc(150_000, `${n} `), randomBytes(100_000)]));

export function topicsContract({ connect, connectKafka, brokers: kafkaBrokers }: ContractOptions): void {
  const signal = AbortSignal.timeout(300_000);
  let kafka: TestKafka;
  beforeAll(async () => {
    kafka = await connect(kafkaBrokers);
  });
  afterAll(() => kafka.disconnect());

  describe('compression', () => {
    // A topic's own compression type makes the broker, which is Java, read what we wrote and write it again for us to read.
    it.each([...kinds, 'producer'])('is understood by both sides where the broker keeps %s', async (kept) => {
      const topic = await kafka.topic({ settings: { 'compression.type': kept === 'none' ? 'uncompressed' : kept } });
      for (const [n, kind] of kinds.entries()) {
        const client = await connect(kafkaBrokers, { KAFKA_COMPRESSION: kind });
        const producer = await client.producer();
        await producer.send(topic, [
          { key: kind, value: values[n] ?? null, headers: { kind } },
          { key: null, value: null },
        ]);
        await producer.disconnect();
        await client.disconnect();
      }
      const found = await kafka.records(topic);
      expect(found.map(({ key }) => key?.toString())).toEqual(kinds.flatMap((kind) => [kind, undefined]));
      for (const [n, { value }] of found.entries())
        expect(value?.equals(values[n / 2] as Buffer) ?? n % 2 === 1).toBe(true);
    });
  });

  describe('ensureTopics', () => {
    it('creates what is absent with its settings, again and at the same moment by several', async () => {
      const names = [uniqueName('ensured'), uniqueName('ensured')];
      const settings = { 'cleanup.policy': 'compact' };
      await Promise.all(Array.from({ length: 4 }, () => kafka.ensureTopics(names, { signal, settings })));
      await kafka.ensureTopics([...names, uniqueName('ensured')], { signal });
      for (const name of names) expect(await kafka.ends(name)).toHaveLength(4);
      expect(await kafka.setting(names[0] ?? '', 'cleanup.policy')).toBe('compact');
    });
  });

  describe('connecting', () => {
    it('ends when it is aborted', async () => {
      const { logger } = capturedLog();
      const stop = new AbortController();
      const reason = new Error('stop');
      const connecting = connectKafka({
        // The discard port: nothing listens there.
        config: loadConfig('test', kafkaSettings, { KAFKA_BROKERS: '127.0.0.1:9' }),
        clientId: 'test',
        logger,
        signal: stop.signal,
      });
      setImmediate(() => stop.abort(reason));
      await expect(connecting).rejects.toBe(reason);
    });
  });
}
