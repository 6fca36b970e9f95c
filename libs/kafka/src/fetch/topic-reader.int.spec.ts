import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaProxy } from '../testing/kafka-proxy.ts';
import { testKafka, type TestKafka } from '../testing/test-kafka.ts';

let kafka: TestKafka;
const signal = AbortSignal.timeout(600_000);

beforeAll(async () => {
  kafka = await testKafka(process.env['KAFKA_BROKERS'] ?? '');
});
afterAll(() => kafka.disconnect());

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

  it('ends when it is enough, and with the error of whoever reads', async () => {
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

  it('ends with the reason when it is aborted', async () => {
    const topic = await filled();
    const stop = new AbortController();
    const all = ((await kafka.ends(topic)) ?? []).map(({ partition, first, end }) => ({
      partition,
      from: first,
      to: end,
    }));
    const onRecords = () => stop.abort(new Error('told to stop'));
    await expect(kafka.readRanges(topic, all, onRecords, stop.signal)).rejects.toThrow('told to stop');
  });

  it('names a batch that cannot be read, and does not hang', async () => {
    const topic = await filled();
    const proxy = await kafkaProxy(process.env['KAFKA_BROKERS'] ?? '');
    const behind = await testKafka(proxy.address);
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
