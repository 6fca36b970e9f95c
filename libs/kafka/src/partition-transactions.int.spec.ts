import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PartitionLost, type AssignedPartition } from './group-consumer.ts';
import { kafkaApi, kafkaProxy, type Fate } from './kafka-proxy.ts';
import type { PartitionTransactions } from './partition-transactions.ts';
import { eventually, testKafka, uniqueName, type TestKafka } from './test-kafka.ts';

const kafkaBrokers = process.env['KAFKA_BROKERS'] ?? '';
let kafka: TestKafka;

beforeAll(async () => {
  kafka = await testKafka(kafkaBrokers, { KAFKA_COMPRESSION: 'none' });
});
afterAll(() => kafka.disconnect());

/** One assignment as the coordinator would see it: the test says who owns the partition. */
function assignment(topic: string) {
  const lose = new AbortController();
  let isOwner = true;
  const assigned: AssignedPartition = {
    topic,
    partition: 0,
    lost: lose.signal,
    start: () => {},
    pause: () => {},
    resume: () => {},
    async confirm() {
      if (!isOwner) throw new PartitionLost();
    },
    commit: async () => {},
  };
  return { assigned, lose, loseUnknowingly: () => (isOwner = false) };
}

const letters = async (topic: string) => (await kafka.records(topic)).map(({ value }) => String(value));
const record = (topic: string, value: string) => ({ topic, key: null, value: Buffer.from(value) });

/** What the worker does: settle, and after a failure only what `begin` says tells whether that took effect. */
async function settleOnce(
  transactions: PartitionTransactions,
  settled: Parameters<PartitionTransactions['settle']>[0],
) {
  let settles = 0;
  await eventually(async () => {
    if (settles > 0 && (await transactions.begin()) >= settled.nextOffset) return;
    settles++;
    await transactions.settle(settled);
  });
  return settles;
}

describe('transactions of a partition', () => {
  it('publish and commit together, one after another', async () => {
    const [topic, out, groupId] = [await kafka.topic(), await kafka.topic(), uniqueName('group')];
    const transactions = kafka.transactions(groupId, assignment(topic).assigned);
    expect(await transactions.begin()).toBe(0n);
    for (const n of [1, 2, 3]) {
      await transactions.settle({ records: [record(out, `letter-${n}`)], nextOffset: BigInt(n) });
    }
    expect(await transactions.begin()).toBe(3n);
    await transactions.close();
    await eventually(async () => expect(await letters(out)).toEqual(['letter-1', 'letter-2', 'letter-3']));
  });

  it('begin at the first record that there is, where nothing is committed', async () => {
    const topic = await kafka.topic();
    const transactions = kafka.transactions(uniqueName('group'), assignment(topic).assigned);
    const none = kafka.transactions(uniqueName('group'), assignment(uniqueName('absent')).assigned);
    expect(await transactions.begin()).toBe(0n);
    await expect(none.begin()).rejects.toThrow();
    await Promise.all([transactions.close(), none.close()]);
  });

  it('refuse the settle of a zombie, which finds out that it is one; its successor goes on', async () => {
    const [topic, out, groupId] = [await kafka.topic(), await kafka.topic(), uniqueName('group')];
    const old = assignment(topic);
    const zombie = kafka.transactions(groupId, old.assigned);
    await zombie.begin();
    await zombie.settle({ records: [record(out, 'a')], nextOffset: 1n });

    old.loseUnknowingly();
    const successor = kafka.transactions(groupId, assignment(topic).assigned);
    expect(await successor.begin()).toBe(1n);
    await expect(zombie.settle({ records: [record(out, 'zombie')], nextOffset: 7n })).rejects.toThrow();
    // Its next begin fences the successor for a moment, but ends in the knowledge that it is no owner.
    await expect(zombie.begin()).rejects.toThrow(PartitionLost);
    await expect(zombie.settle({ records: [record(out, 'zombie')], nextOffset: 7n })).rejects.toThrow();
    expect(await settleOnce(successor, { records: [record(out, 'b')], nextOffset: 2n })).toBe(2);

    await Promise.all([zombie.close(), successor.close()]);
    await eventually(async () => expect(await letters(out)).toEqual(['a', 'b']));
    await eventually(async () => expect((await kafka.committedOffsets(groupId, topic)).get(0)).toBe(2n));
  });

  it('settle nothing for a partition that is known to be lost', async () => {
    const [topic, out] = [await kafka.topic(), await kafka.topic()];
    const { assigned, lose } = assignment(topic);
    const transactions = kafka.transactions(uniqueName('group'), assigned);
    await transactions.begin();
    lose.abort(new PartitionLost());
    await expect(transactions.settle({ records: [record(out, 'x')], nextOffset: 1n })).rejects.toThrow(PartitionLost);
    await transactions.close();
    expect(await letters(out)).toEqual([]);
  });

  it.each<[keyof typeof kafkaApi, Fate]>([
    ['endTxn', 'lose-answer'],
    ['endTxn', 'lose-request'],
    ['txnOffsetCommit', 'lose-answer'],
    ['produce', 'lose-answer'],
    ['produce', 'lose-request'],
  ])('publish once where the outcome of %s is unknown (%s)', async (name, fate) => {
    const [topic, out, groupId] = [await kafka.topic(), await kafka.topic({ partitions: 3 }), uniqueName('group')];
    const proxy = await kafkaProxy(kafkaBrokers);
    const behind = await testKafka(proxy.address);
    const transactions = behind.transactions(groupId, assignment(topic).assigned);
    await transactions.begin();
    let breaks = 1;
    proxy.fate = (api) => (api === kafkaApi[name] && breaks-- > 0 ? fate : 'pass');
    const values = Array.from({ length: 30 }, (_, n) => `letter-${n}`);
    const settled = { records: values.map((value) => record(out, value)), nextOffset: 5n };
    const settles = await settleOnce(transactions, settled);
    expect(breaks).toBeLessThanOrEqual(0);
    if (name === 'endTxn') expect(settles).toBe(fate === 'lose-answer' ? 1 : 2);
    await eventually(async () => expect((await letters(out)).toSorted()).toEqual(values.toSorted()));
    await eventually(async () => expect((await kafka.committedOffsets(groupId, topic)).get(0)).toBe(5n));
    await transactions.close();
    await behind.disconnect();
    await proxy.close();
  });

  it('publish more than one request or batch of the broker takes', async () => {
    const [topic, groupId] = [await kafka.topic(), uniqueName('group')];
    const out = await kafka.topic();
    const transactions = kafka.transactions(groupId, assignment(topic).assigned);
    await transactions.begin();
    const records = Array.from({ length: 40 }, () => ({ topic: out, key: null, value: Buffer.alloc(100_000) }));
    await transactions.settle({ records, nextOffset: 40n });
    await transactions.close();
    await eventually(async () => expect(await kafka.records(out)).toHaveLength(40));
  });
});
