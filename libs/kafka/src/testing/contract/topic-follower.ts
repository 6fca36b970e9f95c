import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Followed } from '../../fetch/topic-follower.ts';
import { RecordsRefused } from '../../produce/records-refused.ts';
import { kafkaApi, kafkaProxy } from '../kafka-proxy.ts';
import { eventually, uniqueName, type TestKafka } from '../test-kafka.ts';
import type { ContractOptions } from './contract-options.ts';

/** Follows a topic in the background. */
function following(kafka: TestKafka, topic: string, from: Record<number, bigint>) {
  const stop = new AbortController();
  const seen: Followed[] = [];
  const start = new Map(Object.entries(from).map(([partition, offset]) => [Number(partition), offset]));
  const done = (async () => {
    for await (const one of kafka.follow(topic, start, { signal: stop.signal })) seen.push(one);
  })();
  return {
    seen,
    values: () => seen.flatMap((one) => (one.kind === 'records' ? one.records : [])).map(({ value }) => String(value)),
    kinds: () => seen.map(({ kind }) => kind).filter((kind) => kind !== 'position' && kind !== 'records'),
    async stop() {
      stop.abort();
      await done;
    },
  };
}

export function topicFollowerContract({ connect, brokers: kafkaBrokers }: ContractOptions): void {
  let kafka: TestKafka;
  beforeAll(async () => {
    kafka = await connect(kafkaBrokers);
  });
  afterAll(() => kafka.disconnect());

  const send = async (topic: string, ...values: string[]): Promise<void> => {
    const producer = await kafka.producer();
    await producer.send(
      topic,
      values.map((value) => ({ key: value, value: Buffer.from(value) })),
    );
    await producer.disconnect();
  };

  describe('following a topic', () => {
    it('gives what is there and what comes, each record once, and leaves no group behind', async () => {
      const topic = await kafka.topic({ partitions: 2 });
      await send(topic, 'a', 'b', 'c', 'd');
      const groups = await kafka.groups();
      const follower = following(kafka, topic, { 0: 0n, 1: 0n });
      await eventually(() => expect(follower.values().toSorted()).toEqual(['a', 'b', 'c', 'd']));
      await send(topic, 'e', 'f');
      await eventually(() => expect(follower.values().toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']));
      expect((await kafka.groups()).filter((group) => !groups.includes(group) && group.includes('reader'))).toEqual([]);
      await follower.stop();
      expect(follower.kinds()).toEqual([]);
    });

    it('leaves out aborted records and markers, and says that it has passed them', async () => {
      const topic = await kafka.topic();
      const record = (value: string | Buffer) => ({ topic, key: null, value: Buffer.from(value) });
      const producer = await kafka.transactionalProducer(uniqueName('tx'));
      await producer.publish([record('committed')]);
      // One request each: the first record is in the log when the second is refused.
      const aborted = producer.publish([record('aborted'), record(randomBytes(2_000_000))]);
      await expect(aborted).rejects.toThrow(RecordsRefused);
      await producer.close();
      const end = (await kafka.ends(topic))?.[0]?.end ?? 0n;
      const follower = following(kafka, topic, { 0: 0n });
      await eventually(() => {
        const last = follower.seen.findLast((one) => one.kind === 'position');
        expect(last?.next.get(0)).toBe(end);
      });
      expect(follower.values()).toEqual(['committed']);
      await follower.stop();
      const [peeked] = await kafka.peek(topic, new Map([[0, 1n]]));
      expect(peeked).toMatchObject({ kind: 'records', records: [], nextOffset: end });
    });

    it('continues through an outage, and says so once', async () => {
      const topic = await kafka.topic();
      await send(topic, 'a');
      const proxy = await kafkaProxy(kafkaBrokers);
      const behind = await connect(proxy.address);
      const follower = following(behind, topic, { 0: 0n });
      await eventually(() => expect(follower.values()).toEqual(['a']));
      proxy.faultOf = () => 'lose-request';
      await eventually(() => expect(follower.kinds()).toContain('interrupted'));
      await send(topic, 'b');
      proxy.faultOf = () => 'pass';
      await eventually(() => expect(follower.values()).toEqual(['a', 'b']));
      expect(follower.kinds().filter((kind) => kind === 'resumed')).toEqual(['resumed']);
      await follower.stop();
      await behind.disconnect();
      await proxy.close();
    });

    it('continues at the first record that is left where retention has removed some, and says which are gone', async () => {
      const topic = await kafka.topic();
      await send(topic, 'a', 'b', 'c');
      await kafka.removeBefore(topic, 0, 2n);
      const follower = following(kafka, topic, { 0: 0n });
      await eventually(() => expect(follower.values()).toEqual(['c']));
      expect(follower.seen.find(({ kind }) => kind === 'skipped')).toMatchObject({ partition: 0, from: 0n, to: 2n });
      await follower.stop();
    });

    it('fetches nothing while its caller does not ask', async () => {
      const topic = await kafka.topic();
      await send(topic, 'a');
      const proxy = await kafkaProxy(kafkaBrokers);
      const behind = await connect(proxy.address);
      let fetches = 0;
      proxy.faultOf = (api) => {
        if (api === kafkaApi.fetch) fetches++;
        return 'pass';
      };
      const stop = new AbortController();
      const follower = behind.follow(topic, new Map([[0, 0n]]), { signal: stop.signal });
      expect((await follower.next()).value).toMatchObject({ kind: 'records' });
      const before = fetches;
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      expect(fetches).toBe(before);
      stop.abort();
      await follower.return();
      await behind.disconnect();
      await proxy.close();
    });

    it('ends when it is aborted, also while the broker does not answer', async () => {
      const topic = await kafka.topic();
      const proxy = await kafkaProxy(kafkaBrokers);
      const behind = await connect(proxy.address);
      const follower = following(behind, topic, { 0: 0n });
      await eventually(() => expect(follower.seen.length).toBeGreaterThan(0));
      proxy.hold();
      await follower.stop();
      await behind.disconnect();
      await proxy.close();
    });
  });

  it('a peek sees the records from an offset on, and says where there is none', async () => {
    const topic = await kafka.topic({ partitions: 2 });
    await send(topic, 'a', 'b', 'c', 'd', 'e', 'f');
    const ends = (await kafka.ends(topic)) ?? [];
    const first = await kafka.peek(topic, new Map(ends.map(({ partition }) => [partition, 0n])));
    const values = first
      .flatMap((one) => (one.kind === 'records' ? one.records : []))
      .map(({ value }) => String(value));
    expect(values.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    const atEnd = await kafka.peek(topic, new Map(ends.map(({ partition, end }) => [partition, end])));
    expect(atEnd.map((one) => one.kind === 'records' && one.records.length)).toEqual([0, 0]);
    const beyond = await kafka.peek(topic, new Map([[0, 999n]]));
    expect(beyond).toMatchObject([{ kind: 'out of range', partition: 0, offset: 999n }]);
  });
}
