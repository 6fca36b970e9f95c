import { emptyTopic, kafkaProxy, loseTransaction, testKafka, uniqueName } from '@sluice/kafka/testing';
import { eventually, launchBroker, serverAddresses, type LaunchedBroker, type TestEvent } from '@sluice/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cursorTopic } from './publishing/cursor-store.ts';
import type { ReadContext, SourceEvent } from './source.ts';
import { testRig } from './testing/test-rig.ts';
import { event } from './testing/test-event.ts';
import { transactionalId } from './publishing/transactional-publisher.ts';

let broker: LaunchedBroker;
const registryUrl = () => serverAddresses().schemaRegistryUrl;
let brokers: string;

beforeAll(async () => {
  broker = await launchBroker(uniqueName('lost-transaction'));
  brokers = broker.brokers;
});
afterAll(async () => {
  await broker.stop();
});

const once = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
const names = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `e-${from + n}`);

describe('a transaction whose end Kafka has lost', { timeout: 120_000 }, () => {
  it.each([
    { outcome: 'commit' as const, continuesAt: 150 },
    { outcome: 'abort' as const, continuesAt: 100 },
  ])('is ended by a $outcome, as it was decided, before the source continues', async ({ outcome, continuesAt }) => {
    const rig = await testRig({ brokers, registryUrl: registryUrl(), partitions: 2 });
    const begun: number[] = [];
    const upTo = (end: number) =>
      async function* ({ cursor }: ReadContext): AsyncIterable<SourceEvent<TestEvent>> {
        const first = cursor === undefined ? 0 : Number(cursor) + 1;
        begun.push(first);
        for (let n = first; n < end; n++) yield { value: event(`e-${n}`), cursor: String(n) };
      };
    await rig.run(upTo(100)).done;
    await loseTransaction(brokers, {
      transactionalId: transactionalId(rig.topic),
      outcome,
      records: {
        [rig.topic]: names(100, 150).map((id) => ({ value: 'lost', headers: { 'sluice-id': id } })),
        [cursorTopic(rig.topic)]: [{ key: rig.topic, value: JSON.stringify({ cursor: '149', chunk: 'lost' }) }],
      },
    });
    expect((await rig.ids()).toSorted()).toEqual(names(0, 100).toSorted());

    const second = rig.run(upTo(200));
    await second.done;
    expect(begun).toEqual([0, continuesAt]);
    expect((await rig.ids()).toSorted()).toEqual(names(0, 200).toSorted());
    expect(second.lines.map(({ message }) => message).join()).toMatch(/Kafka may have lost the end of a transaction/);
    await rig.close();
  });

  it('is not taken for the work of a successor by the source that it belongs to', async () => {
    const rig = await testRig({ brokers, registryUrl: registryUrl(), partitions: 1 });
    const proxy = await kafkaProxy(brokers);
    const isDown = Promise.withResolvers<void>();
    const read = async function* ({ signal }: ReadContext): AsyncIterable<SourceEvent<TestEvent>> {
      for (let n = 0; n < 100; n++) yield { value: event(`e-${n}`), cursor: String(n) };
      await Promise.race([isDown.promise, once(signal)]);
      for (let n = 100; n < 200; n++) yield { value: event(`e-${n}`), cursor: String(n) };
    };
    const running = rig.run(read, {}, { through: proxy.address });
    await eventually(async () => expect(await rig.cursor()).toBe('99'));
    const kafka = await testKafka(brokers);
    const [stored] = (await kafka.records(cursorTopic(rig.topic))).slice(-1);

    // The source has the acknowledgement of its chunk, and the broker has lost the end of it.
    proxy.faultOf = () => 'lose-request';
    isDown.resolve();
    await eventually(() => expect(running.health.state.ready).toBe(false));
    await emptyTopic(brokers, cursorTopic(rig.topic));
    await loseTransaction(brokers, {
      transactionalId: transactionalId(rig.topic),
      outcome: 'commit',
      records: { [cursorTopic(rig.topic)]: [{ key: rig.topic, value: stored?.value ?? null }] },
    });
    proxy.faultOf = () => 'pass';

    await running.done;
    expect((await rig.ids()).toSorted()).toEqual(names(0, 200).toSorted());
    expect(await rig.cursor()).toBe('199');
    await kafka.disconnect();
    await rig.close();
    await proxy.close();
  });
});
