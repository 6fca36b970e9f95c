import { loseTransaction, uniqueName } from '@sluice/kafka/testing';
import { launchBroker, serverAddresses, type LaunchedBroker, type TestEvent } from '@sluice/testkit';
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
});
