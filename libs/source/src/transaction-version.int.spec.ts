import { setTransactionVersion, uniqueName } from '@sluice/kafka/testing';
import { launchBroker, serverAddresses, type LaunchedBroker, type TestEvent } from '@sluice/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadContext, SourceEvent } from './source.ts';
import { testRig } from './testing/test-rig.ts';
import { event } from './testing/test-event.ts';

let broker: LaunchedBroker;
let brokers: string;

beforeAll(async () => {
  broker = await launchBroker(uniqueName('transaction-version'));
  brokers = broker.brokers;
});
afterAll(() => broker.stop());

const names = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `e-${from + n}`);

describe("a source's transactions", { timeout: 120_000 }, () => {
  it('are exactly once in both versions that Kafka has of them, and while it changes from one to the other', async () => {
    const rig = await testRig({ brokers, registryUrl: serverAddresses().schemaRegistryUrl, partitions: 2 });
    const settled = (count: number) =>
      expect.poll(async () => (await rig.ids()).length, { timeout: 60_000, interval: 100 }).toBe(count);
    /** Runs a source over 200 events, and changes the version when half of them are in Kafka. */
    const changing = async (from: 1 | 2, to: 1 | 2, first: number): Promise<void> => {
      await setTransactionVersion(brokers, from);
      const gate = Promise.withResolvers<void>();
      const run = rig.run(async function* ({ cursor }: ReadContext): AsyncIterable<SourceEvent<TestEvent>> {
        for (let n = cursor === undefined ? 0 : Number(cursor) + 1; n < first + 200; n++) {
          if (n === first + 100) await gate.promise;
          yield { value: event(`e-${n}`), cursor: String(n) };
        }
      });
      await settled(first + 100);
      await setTransactionVersion(brokers, to);
      gate.resolve();
      await run.done;
      await rig.settle();
    };
    await changing(1, 2, 0);
    await changing(2, 1, 200);
    expect((await rig.ids()).toSorted()).toEqual(names(0, 400).toSorted());
    await rig.close();
  });
});
