import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommitRequest } from '../../group/commit-request.ts';
import type { AssignedPartition, GroupConsumer } from '../../group/group-consumer.ts';
import type { Place } from '../../group/group-offset.ts';
import type { GroupOffsets } from '../../group/group-offsets.ts';
import { PartitionLost } from '../../group/partition-lost.ts';
import { RecordsRefused } from '../../produce/records-refused.ts';
import { holdBack, kafkaApi, kafkaProxy, type RequestFault } from '../kafka-proxy.ts';
import { noHandlers } from '../no-handlers.ts';
import { eventually, uniqueName, type TestKafka } from '../test-kafka.ts';
import type { ContractOptions } from './contract-options.ts';

export function offsetsContract({ connect, brokers: kafkaBrokers }: ContractOptions): void {
  let kafka: TestKafka;
  beforeAll(async () => {
    kafka = await connect(kafkaBrokers, { KAFKA_COMPRESSION: 'none' });
  });
  afterAll(() => kafka.disconnect());

  const published = async (topic: string) => (await kafka.records(topic)).map(({ value }) => String(value));
  const record = (topic: string, value: string) => ({ topic, key: null, value: Buffer.from(value) });

  /** Commits as a sink does: after a failure, `committed` shows whether that took effect. */
  async function commitOnce(offsets: Pick<GroupOffsets, 'commit' | 'committed'>, request: CommitRequest) {
    let commits = 0;
    await eventually(async () => {
      if (commits > 0 && (await offsets.committed(request)) >= request.nextOffset) return;
      commits++;
      await offsets.commit({ ...request, isRetry: commits > 1 });
    });
    return commits;
  }

  /** A member that owns all partitions of its topics. */
  async function ownerOf(client: TestKafka, groupId: string, topics: readonly string[]) {
    const owned: AssignedPartition[] = [];
    const consumer: GroupConsumer = client.join({
      ...{
        groupId,
        topics,
        fetchBytes: 1_000_000,
        fetchMaxBytes: 1_000_000,
        lingerMs: 100,
        publishes: [],
        sessionTimeoutMs: 6_000,
      },
      handlers: {
        ...noHandlers,
        assigned: (assigned) => void owned.push(assigned),
      },
    });
    await eventually(() => expect(owned.length).toBeGreaterThan(0));
    return { owned, stop: () => consumer.stop() };
  }

  describe('the offsets of a group', () => {
    it('are committed together with what is published, one after another', async () => {
      const [topic, out, groupId] = [await kafka.topic(), await kafka.topic(), uniqueName('group')];
      const place: Place = { topic, partition: 0 };
      const offsets = kafka.offsetsOf(groupId, [place]);
      expect(await offsets.committed(place)).toBe(0n);
      for (const n of [1, 2, 3])
        await offsets.commit({ ...place, records: [record(out, `record-${n}`)], nextOffset: BigInt(n) });
      expect(await offsets.committed(place)).toBe(3n);
      await offsets.close();
      await eventually(async () => expect(await published(out)).toEqual(['record-1', 'record-2', 'record-3']));
    });

    it('begin at the first record that there is, where nothing is committed', async () => {
      const topic = await kafka.topic();
      await kafka.configure(topic, { 'retention.ms': '-1' });
      const producer = await kafka.producer();
      await producer.send(topic, [record(topic, 'a'), record(topic, 'b')]);
      await producer.disconnect();
      await kafka.removeBefore(topic, 0, 1n);
      const absent = { topic: uniqueName('absent'), partition: 0 };
      const offsets = kafka.offsetsOf(uniqueName('group'), [{ topic, partition: 0 }]);
      const none = kafka.offsetsOf(uniqueName('group'), [absent]);
      expect(await offsets.committed({ topic, partition: 0 })).toBe(1n);
      await expect(none.committed(absent)).rejects.toThrow();
      await Promise.all([offsets.close(), none.close()]);
    });

    it('of many partitions are committed by one transaction where they come together, or by one plain request', async () => {
      const [topic, out, groupId] = [await kafka.topic({ partitions: 8 }), await kafka.topic(), uniqueName('group')];
      const proxy = await kafkaProxy(kafkaBrokers);
      const behind = await connect(proxy.address);
      const { owned, stop } = await ownerOf(behind, groupId, [topic]);
      expect(owned).toHaveLength(8);
      await Promise.all(owned.map((assigned) => assigned.committed()));
      const counts = { endTxn: 0, offsetCommit: 0 };
      proxy.faultOf = (api) => {
        if (api === kafkaApi.endTxn) counts.endTxn++;
        if (api === kafkaApi.offsetCommit) counts.offsetCommit++;
        return 'pass';
      };
      await Promise.all(
        owned.map((assigned) =>
          assigned.commit({ nextOffset: 1n, records: [record(out, `of-${assigned.partition}`)] }),
        ),
      );
      await Promise.all(owned.map((assigned) => assigned.commit({ nextOffset: 2n, records: [] })));
      expect(counts).toEqual({ endTxn: 1, offsetCommit: 1 });
      await eventually(async () =>
        expect(new Set((await kafka.committedOffsets(groupId, topic)).values())).toEqual(new Set([2n])),
      );
      expect(await published(out)).toHaveLength(8);
      await stop();
      await behind.disconnect();
      await proxy.close();
    });

    it('of one partition are committed although another cannot be: what it publishes is refused', async () => {
      const [topic, out, groupId] = [await kafka.topic({ partitions: 2 }), await kafka.topic(), uniqueName('group')];
      const small = await kafka.topic({ settings: { 'max.message.bytes': '1000' } });
      const { owned, stop } = await ownerOf(kafka, groupId, [topic]);
      const [good, bad] = owned;
      if (good === undefined || bad === undefined) throw new Error('not assigned');
      const commitOf = (assigned: AssignedPartition, request: Omit<CommitRequest, keyof Place>) =>
        commitOnce(assigned, { ...request, topic, partition: assigned.partition });
      const large = { topic: small, key: null, value: Buffer.alloc(5_000) };
      const [settles, refused] = await Promise.allSettled([
        commitOf(good, { nextOffset: 3n, records: [record(out, 'good')] }),
        bad.commit({ nextOffset: 4n, records: [record(out, 'bad'), large] }),
      ]);
      expect(settles).toEqual({ status: 'fulfilled', value: 2 });
      expect(refused).toMatchObject({ status: 'rejected', reason: expect.any(RecordsRefused) as unknown });
      // Alone, the refusal names the record.
      const alone = bad.commit({ nextOffset: 4n, records: [record(out, 'bad'), large], isRetry: true });
      await expect(alone).rejects.toMatchObject({ name: 'RecordsRefused', records: [large], together: false });
      expect(await bad.committed()).toBe(0n);
      await commitOf(bad, { nextOffset: 4n, records: [record(out, 'bad')] });
      await eventually(async () => expect((await published(out)).toSorted()).toEqual(['bad', 'good']));
      await stop();
    });

    it('are not committed for a member that the group has removed, nor anything published; its successor continues', async () => {
      const [topic, out, groupId] = [await kafka.topic(), await kafka.topic(), uniqueName('group')];
      const proxy = await kafkaProxy(kafkaBrokers);
      const behind = await connect(proxy.address);
      const zombie = await ownerOf(behind, groupId, [topic]);
      const stale = zombie.owned[0];
      await stale?.committed();
      await stale?.commit({ nextOffset: 1n, records: [record(out, 'a')] });

      const wake = proxy.hold();
      const late = stale?.commit({ nextOffset: 7n, records: [record(out, 'zombie')] });
      const outcome = late?.then(
        () => undefined,
        (error: unknown) => error,
      );
      const successor = await ownerOf(kafka, groupId, [topic]);
      const [own] = successor.owned;
      if (own === undefined) throw new Error('not assigned');
      expect(await eventually(() => own.committed())).toBe(1n);
      wake();
      await commitOnce(own, { topic, partition: 0, nextOffset: 2n, records: [record(out, 'b')] });
      expect(await outcome).toBeInstanceOf(Error);
      await expect(stale?.commit({ nextOffset: 7n, records: [record(out, 'zombie')], isRetry: true })).rejects.toThrow(
        PartitionLost,
      );
      await eventually(async () => expect(await published(out)).toEqual(['a', 'b']));
      expect((await kafka.committedOffsets(groupId, topic)).get(0)).toBe(2n);
      await Promise.all([zombie.stop(), successor.stop()]);
      await behind.disconnect();
      await proxy.close();
    });

    it('are not given while a transaction is open that may change them', async () => {
      const [topic, out, groupId] = [await kafka.topic(), await kafka.topic(), uniqueName('group')];
      const place = { topic, partition: 0 };
      const proxy = await kafkaProxy(kafkaBrokers);
      const behind = await connect(proxy.address);
      const killed = behind.offsetsOf(groupId, [place]);
      await killed.committed(place);
      const commit = holdBack(proxy, kafkaApi.endTxn, 'lose-request');
      const ended = killed.commit({ ...place, nextOffset: 5n, records: [record(out, 'open')] }).catch(() => {});
      await commit.reached;
      // Another id, so that it does not fence.
      const other = kafka.offsetsOf(groupId, [{ topic: out, partition: 0 }, place]);
      await expect(other.committed(place)).rejects.toThrow(/unstable offsets/);
      // The same id: it fences, and the transaction is ended.
      const heir = kafka.offsetsOf(groupId, [place]);
      expect(await eventually(() => heir.committed(place))).toBe(0n);
      expect(await published(out)).toEqual([]);
      commit.release();
      await ended;
      await Promise.all([killed.close(), other.close(), heir.close()]);
      await behind.disconnect();
      await proxy.close();
    });

    it.each<[keyof typeof kafkaApi, RequestFault]>([
      ['endTxn', 'lose-answer'],
      ['endTxn', 'lose-request'],
      ['txnOffsetCommit', 'lose-answer'],
      ['produce', 'lose-answer'],
      ['produce', 'lose-request'],
    ])('are committed and the records published once where the outcome of %s is unknown (%s)', async (name, fault) => {
      const [topic, out, groupId] = [await kafka.topic(), await kafka.topic({ partitions: 3 }), uniqueName('group')];
      const place = { topic, partition: 0 };
      const proxy = await kafkaProxy(kafkaBrokers);
      const behind = await connect(proxy.address);
      const offsets = behind.offsetsOf(groupId, [place]);
      await offsets.committed(place);
      let breaks = 1;
      proxy.faultOf = (api) => (api === kafkaApi[name] && breaks-- > 0 ? fault : 'pass');
      const values = Array.from({ length: 30 }, (_, n) => `record-${n}`);
      const commits = await commitOnce(offsets, {
        ...{ ...place, nextOffset: 5n },
        records: values.map((value) => record(out, value)),
      });
      expect(breaks).toBeLessThanOrEqual(0);
      if (name === 'endTxn') expect(commits).toBe(fault === 'lose-answer' ? 1 : 2);
      await eventually(async () => expect((await published(out)).toSorted()).toEqual(values.toSorted()));
      await eventually(async () => expect((await kafka.committedOffsets(groupId, topic)).get(0)).toBe(5n));
      await offsets.close();
      await behind.disconnect();
      await proxy.close();
    });

    it('are committed with more than one request or batch of the broker takes', async () => {
      const [topic, out] = [await kafka.topic(), await kafka.topic()];
      const place = { topic, partition: 0 };
      const offsets = kafka.offsetsOf(uniqueName('group'), [place]);
      const records = Array.from({ length: 40 }, () => ({ topic: out, key: null, value: Buffer.alloc(100_000) }));
      await offsets.commit({ ...place, records, nextOffset: 40n });
      await offsets.close();
      await eventually(async () => expect(await kafka.records(out)).toHaveLength(40));
    });
  });
}
