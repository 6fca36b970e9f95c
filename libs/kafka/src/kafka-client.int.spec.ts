import { randomBytes } from 'node:crypto';
import kafkajs from 'kafkajs';
import { loadConfig } from '@sluice/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capturedLog } from './testing/captured-log.ts';
import { connectKafka } from './kafka-client.ts';
import { kafkaSettings } from './kafka-settings.ts';
import { testKafka, uniqueName, type TestKafka } from './testing/test-kafka.ts';

const kafkaBrokers = process.env['KAFKA_BROKERS'] ?? '';
const kinds = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
/** Over several blocks of every format, in parts compressible. */
const value = (n: number) => Buffer.concat([Buffer.alloc(150_000, `${n} `), randomBytes(100_000)]);
const values = kinds.map((_, n) => value(n));
const raw = new kafkajs.Kafka({ brokers: [kafkaBrokers], logLevel: kafkajs.logLevel.NOTHING });
const signal = AbortSignal.timeout(300_000);
let kafka: TestKafka;

beforeAll(async () => {
  kafka = await testKafka(kafkaBrokers);
});
afterAll(() => kafka.disconnect());

describe('compression', () => {
  // A topic's own compression type makes the broker, which is Java, read what we wrote and write it anew for us to read.
  it.each([...kinds, 'producer'])('is understood by both sides where the broker keeps %s', async (kept) => {
    const topic = await kafka.topic({ settings: { 'compression.type': kept === 'none' ? 'uncompressed' : kept } });
    for (const [n, kind] of kinds.entries()) {
      const client = await testKafka(kafkaBrokers, { KAFKA_COMPRESSION: kind });
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
    const admin = raw.admin();
    await admin.connect();
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: names[0] ?? '', configNames: ['cleanup.policy'] }],
    });
    await admin.disconnect();
    expect(resources[0]?.configEntries[0]?.configValue).toBe('compact');
  });
});

describe('reading a topic', () => {
  it('finds nothing in an absent and in an empty topic', async () => {
    expect(await kafka.ends(uniqueName('absent'))).toBeUndefined();
    expect(await kafka.records(uniqueName('absent'))).toEqual([]);
    expect(await kafka.records(await kafka.topic({ partitions: 2 }))).toEqual([]);
  });

  it('stops where the topic ended when it began', async () => {
    const topic = await kafka.topic({ partitions: 3 });
    const producer = await kafka.producer();
    const keys = Array.from({ length: 50 }, (_, n) => `key-${n}`);
    await producer.send(
      topic,
      keys.map((key) => ({ key, value: Buffer.from('before') })),
    );
    const seen: string[] = [];
    let later: Promise<void> | undefined;
    await kafka.read(
      topic,
      (record) => {
        later ??= producer.send(
          topic,
          keys.map((key) => ({ key, value: Buffer.from('after') })),
        );
        seen.push(String(record.value));
      },
      signal,
    );
    await later;
    await producer.disconnect();
    expect(seen).toEqual(keys.map(() => 'before'));
  });

  it('stops where a topic ends in control records, and in a transaction that was aborted', async () => {
    const topic = await kafka.topic();
    const producer = raw.producer({ transactionalId: uniqueName('tx'), idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    for (const [value, end] of [
      ['committed', 'commit'],
      ['aborted', 'abort'],
    ] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value }] });
      await transaction[end]();
    }
    await producer.disconnect();
    expect((await kafka.records(topic)).map(({ value }) => String(value))).toEqual(['committed']);
  });

  it('ends with the abort reason, at whatever moment', async () => {
    const topic = await kafka.topic();
    const producer = await kafka.producer();
    await producer.send(topic, [{ key: null, value: Buffer.from('x') }]);
    await producer.disconnect();
    const reason = new Error('enough');
    await expect(kafka.read(topic, () => {}, AbortSignal.abort(reason))).rejects.toBe(reason);
    for (const afterMs of [0, 5, 10, 20, 40, 80]) {
      const stop = new AbortController();
      setTimeout(() => stop.abort(reason), afterMs);
      const ended = kafka.read(topic, () => {}, stop.signal).catch((error: unknown) => error);
      expect([undefined, reason]).toContain(await ended);
    }
  });
});

describe('connecting', () => {
  it('gives up waiting when it is told to stop', async () => {
    const { logger } = capturedLog();
    const stop = new AbortController();
    const reason = new Error('stop');
    const connecting = connectKafka({
      // The discard port: nobody listens there.
      config: loadConfig('test', kafkaSettings, { KAFKA_BROKERS: '127.0.0.1:9' }),
      clientId: 'test',
      logger,
      signal: stop.signal,
    });
    setImmediate(() => stop.abort(reason));
    await expect(connecting).rejects.toBe(reason);
  });
});
