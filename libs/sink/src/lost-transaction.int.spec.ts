import { loseTransaction, testKafka, uniqueName, type TestKafka } from '@sluice/kafka/testing';
import { eventually, launchBroker, type LaunchedBroker } from '@sluice/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let broker: LaunchedBroker;
let brokers: string;
let kafka: TestKafka;

beforeAll(async () => {
  broker = await launchBroker(uniqueName('lost-offsets'));
  brokers = broker.brokers;
  kafka = await testKafka(brokers);
});
afterAll(async () => {
  await kafka.disconnect();
  await broker.stop();
});

describe('a transaction whose end Kafka has lost', { timeout: 120_000 }, () => {
  it.each([
    { outcome: 'commit' as const, offsets: 'with' as const, goesOnAt: 7n, published: ['lost', 'next'] },
    { outcome: 'abort' as const, offsets: 'with' as const, goesOnAt: 3n, published: ['next'] },
    { outcome: 'abort' as const, offsets: 'without' as const, goesOnAt: 3n, published: ['next'] },
  ])('is ended by a $outcome, as it was decided, before a partition begins, $offsets offsets in it', async (wanted) => {
    const [topic, out, groupId] = [await kafka.topic(), await kafka.topic(), uniqueName('group')];
    const place = { topic, partition: 0 };
    const first = kafka.offsetsOf(groupId, [place], [out]);
    await eventually(() => first.committed(place));
    await first.commit({ ...place, nextOffset: 3n, records: [] });
    await first.close();
    await loseTransaction(brokers, {
      transactionalId: `${groupId}-${topic}-0-all`,
      outcome: wanted.outcome,
      records: { [out]: [{ value: 'lost' }] },
      ...(wanted.offsets === 'with' && { offset: { groupId, topic, nextOffset: 7n } }),
    });

    const next = kafka.offsetsOf(groupId, [place], [out]);
    expect(await eventually(() => next.committed(place))).toBe(wanted.goesOnAt);
    await next.commit({ ...place, nextOffset: 9n, records: [{ topic: out, key: null, value: Buffer.from('next') }] });
    await next.close();
    const values = async () => (await kafka.records(out)).map(({ value }) => String(value));
    await eventually(async () => expect(await values()).toEqual(wanted.published));
    expect(kafka.lines.map(({ message }) => message).join()).toMatch(/Kafka may have lost the end of a transaction/);
  });
});
