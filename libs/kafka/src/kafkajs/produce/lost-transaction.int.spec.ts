import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdBack, kafkaApi, kafkaProxy } from '../../testing/kafka-proxy.ts';
import { testKafka, uniqueName, type TestKafka } from '../../testing/test-kafka.ts';

// That a lost transaction is ended is shown in libs/sink and libs/source, with brokers of their own.
const kafkaBrokers = process.env['KAFKA_BROKERS'] ?? '';
let kafka: TestKafka;

beforeAll(async () => {
  kafka = await testKafka(kafkaBrokers);
});
afterAll(() => kafka.disconnect());

describe("another producer's open transaction in a shared topic", () => {
  it.each([
    ['ends in a moment', 300],
    ['stays open', Infinity],
  ])('is not taken for a lost one where it %s', async (_, openForMs) => {
    const [topic, shared, groupId] = [await kafka.topic(), await kafka.topic(), uniqueName('group')];
    const place = { topic, partition: 0 };
    const record = (value: string) => ({ topic: shared, key: null, value: Buffer.from(value) });
    const before = kafka.offsetsOf(groupId, [place], [shared]);
    await before.commit({ ...place, nextOffset: 1n, records: [record('own')] });
    await before.close();

    const proxy = await kafkaProxy(kafkaBrokers);
    const behind = await testKafka(proxy.address);
    const commit = holdBack(proxy, kafkaApi.endTxn, 'pass');
    const others = behind.offsetsOf(uniqueName('other'), [place]);
    const committing = others.commit({ ...place, nextOffset: 1n, records: [record('other')] });
    await commit.reached;

    const after = kafka.offsetsOf(groupId, [place], [shared]);
    const opening = after.committed(place);
    if (openForMs < Infinity) await delay(openForMs).then(commit.release);
    expect(await opening).toBe(1n);
    commit.release();
    await committing;
    await Promise.all([others.close(), after.close()]);
    await behind.disconnect();
    await proxy.close();
    expect(kafka.lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });
});
