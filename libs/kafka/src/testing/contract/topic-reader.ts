import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RecordsRefused } from '../../produce/records-refused.ts';
import { holdBack, kafkaApi, kafkaProxy } from '../kafka-proxy.ts';
import { eventually, uniqueName, type TestKafka } from '../test-kafka.ts';
import type { ContractOptions } from './contract-options.ts';

export function topicReaderContract({ connect, brokers: kafkaBrokers }: ContractOptions): void {
  let kafka: TestKafka;
  beforeAll(async () => {
    kafka = await connect(kafkaBrokers);
  });
  afterAll(() => kafka.disconnect());

  const signal = AbortSignal.timeout(600_000);

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
      const record = (value: string | Buffer) => ({ topic, key: null, value: Buffer.from(value) });
      const producer = await kafka.transactionalProducer(uniqueName('tx'));
      await producer.publish([record('committed')]);
      // One request each: the first record is in the log when the second is refused.
      const aborted = producer.publish([record('aborted'), record(randomBytes(2_000_000))]);
      await expect(aborted).rejects.toThrow(RecordsRefused);
      await producer.close();
      expect((await kafka.records(topic)).map(({ value }) => String(value))).toEqual(['committed']);
    });

    it('reads what was written, committed or not, to its end, where it is asked to', async () => {
      const topic = await kafka.topic();
      const record = (value: string) => ({ topic, key: null, value: Buffer.from(value) });
      const proxy = await kafkaProxy(kafkaBrokers);
      const behind = await connect(proxy.address);
      const producer = await behind.transactionalProducer(uniqueName('tx'));
      await producer.publish([record('committed')]);
      const commit = holdBack(proxy, kafkaApi.endTxn, 'pass');
      const publishing = producer.publish([record('open')]);
      await commit.reached;
      const written: string[] = [];
      await kafka.readUncommitted(topic, ({ value }) => void written.push(String(value)), signal);
      expect(written).toEqual(['committed', 'open']);
      // A record and its marker; the record of the open transaction lies behind.
      expect(await kafka.readableEnds([{ topic, partition: 0 }])).toEqual([{ topic, partition: 0, end: 2n }]);
      expect((await kafka.records(topic)).map(({ value }) => String(value))).toEqual(['committed']);
      commit.release();
      await publishing;
      await eventually(async () =>
        expect(await kafka.readableEnds([{ topic, partition: 0 }])).toEqual([{ topic, partition: 0, end: 4n }]),
      );
      await producer.close();
      await behind.disconnect();
      await proxy.close();
    });

    it('finds the ends of many topics, also of partitions that are added, and leaves out absent topics', async () => {
      const [one, other, absent] = [await filled(), await kafka.topic({ partitions: 3 }), uniqueName('absent')];
      const asked = [absent, other, one];
      const expected = async () =>
        new Map([
          [one, await kafka.ends(one)],
          [other, await kafka.ends(other)],
        ]);
      const found = await kafka.endsOfTopics(asked);
      expect(found).toEqual(await expected());
      expect(found.get(one)?.reduce((sum, { end }) => sum + end, 0n)).toBe(20n);
      await kafka.admin.addPartitions(other, 5);
      await eventually(async () => {
        expect((await kafka.endsOfTopics(asked)).get(other)).toHaveLength(5);
        expect(await kafka.endsOfTopics(asked)).toEqual(await expected());
      });
      expect(await kafka.endsOfTopics([absent])).toEqual(new Map());
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

  /** A topic of two partitions with twenty records, whose values are partition and offset. */
  async function filled(): Promise<string> {
    const topic = await kafka.topic({ partitions: 2 });
    const producer = await kafka.producer();
    for (let n = 0; n < 20; n++) await producer.send(topic, [{ key: `key-${n}`, value: Buffer.from(String(n)) }]);
    await producer.disconnect();
    return topic;
  }

  describe('reading ranges', () => {
    it('gives exactly the records in them, in order', async () => {
      const topic = await filled();
      const [a, b] = (await kafka.ends(topic)) ?? [];
      if (a === undefined || b === undefined) throw new Error('the topic has no two partitions');
      const ranges = [
        { partition: 0, from: 2n, to: a.end - 1n },
        { partition: 1, from: b.end - 1n, to: b.end },
      ];
      const read: string[] = [];
      await kafka.readRanges(
        topic,
        ranges,
        (records, partition) => void read.push(...records.map(({ offset }) => `${partition}/${offset}`)),
        signal,
      );
      const expected = ranges.flatMap(({ partition, from, to }) =>
        Array.from({ length: Number(to - from) }, (_, n) => `${partition}/${from + BigInt(n)}`),
      );
      expect(expected.length).toBeGreaterThan(3);
      expect(read.sort()).toEqual(expected.sort());
    });

    it('waits for the promise before it hands over more', async () => {
      const topic = await filled();
      let [underWay, most] = [0, 0];
      await kafka.readRanges(
        topic,
        ((await kafka.ends(topic)) ?? []).map(({ partition, first, end }) => ({ partition, from: first, to: end })),
        async () => {
          most = Math.max(most, ++underWay);
          await new Promise((resolve) => setTimeout(resolve, 50));
          underWay--;
        },
        signal,
      );
      expect(most).toBe(1);
      expect(underWay).toBe(0);
    });

    it("ends when the reader has enough, and with the reader's error", async () => {
      const topic = await filled();
      const ranges = [{ partition: 0, from: 0n, to: 1n }];
      const all = ((await kafka.ends(topic)) ?? []).map(({ partition, first, end }) => ({
        partition,
        from: first,
        to: end,
      }));
      let calls = 0;
      const enough = () => {
        calls++;
        return 'enough' as const;
      };
      await kafka.readRanges(topic, all, enough, signal);
      expect(calls).toBe(1);
      const failing = () => Promise.reject(new Error('no more'));
      await expect(kafka.readRanges(topic, ranges, failing, signal)).rejects.toThrow('no more');
    });

    it('ends with the abort reason in the middle of a range', async () => {
      const topic = await filled();
      const stop = new AbortController();
      const all = ((await kafka.ends(topic)) ?? []).map(({ partition, first, end }) => ({
        partition,
        from: first,
        to: end,
      }));
      const onRecords = () => stop.abort(new Error('stopped'));
      await expect(kafka.readRanges(topic, all, onRecords, stop.signal)).rejects.toThrow('stopped');
    });

    it('names a batch that cannot be read, and does not hang', async () => {
      const topic = await filled();
      const proxy = await kafkaProxy(kafkaBrokers);
      const behind = await connect(proxy.address);
      const producer = await kafka.producer();
      await producer.send(topic, [{ key: 'key', value: Buffer.from('poison') }]);
      await producer.disconnect();
      proxy.onAnswer = (answer) => {
        for (let at = answer.indexOf('poison'); at >= 0; at = answer.indexOf('poison', at + 1)) answer[at] = 0;
      };
      const [poison] = (await kafka.records(topic)).filter(({ value }) => String(value) === 'poison');
      const reading = behind.read(topic, () => {}, signal);
      await expect(reading).rejects.toThrow(
        `the batch at offset ${poison?.offset} of ${topic}-${poison?.partition} cannot be read: its checksum is wrong`,
      );
      await behind.disconnect();
      await proxy.close();
    });
  });
}
