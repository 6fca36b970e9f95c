import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { testKafka } from '../../testing/test-kafka.ts';

test('a connection that has nothing to send sets no timers, and requests still work', async () => {
  const kafka = await testKafka(process.env['KAFKA_BROKERS'] ?? '');
  const topic = await kafka.topic();
  const timers = vi.spyOn(globalThis, 'setTimeout');
  await delay(1_000);
  // kafkajs alone would set one a millisecond. Some belong to the test.
  expect(timers.mock.calls.length).toBeLessThan(50);
  timers.mockRestore();
  const producer = await kafka.producer();
  // An idempotent producer has one request at a time on its way: the others wait.
  await Promise.all(Array.from({ length: 20 }, () => producer.send(topic, [{ key: null, value: Buffer.of(1) }])));
  await producer.disconnect();
  expect(await kafka.records(topic)).toHaveLength(20);
  await kafka.disconnect();
});
