import { setTimeout as delay } from 'node:timers/promises';
import { kafkaApi, kafkaProxy, type RequestFault, type KafkaProxy } from '@sluice/kafka/testing';
import { readDeadLetterHeaders } from '@sluice/kafka';
import { eventually, serverAddresses } from '@sluice/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { scriptedSink } from './testing/scripted-sink.ts';
import { delivered, type Verdict } from './contract/sink.ts';
import { ids, testRig } from './testing/test-rig.ts';

const { kafkaBrokers, schemaRegistryUrl } = serverAddresses();
const rejected: Verdict = { status: 'rejected', reason: 'never' };
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function rigOf(options: { partitions?: number } = {}) {
  const rig = await testRig({ brokers: kafkaBrokers, registryUrl: schemaRegistryUrl, ...options });
  closing.push(() => rig.close());
  return rig;
}

async function proxyOf(): Promise<KafkaProxy> {
  const proxy = await kafkaProxy(kafkaBrokers);
  closing.push(() => proxy.close());
  return proxy;
}

describe('committing', () => {
  it.each<[keyof typeof kafkaApi, RequestFault]>([
    ['produce', 'lose-request'],
    ['produce', 'lose-answer'],
    ['txnOffsetCommit', 'lose-answer'],
    ['endTxn', 'lose-request'],
    ['endTxn', 'lose-answer'],
  ])('publishes each dead letter once where %s breaks off (%s)', async (name, fault) => {
    const rig = await rigOf();
    const proxy = await proxyOf();
    let breaks = 2;
    proxy.faultOf = (api) => (api === kafkaApi[name] && breaks-- > 0 ? fault : 'pass');
    await rig.send(ids('a', 40));
    const sink = scriptedSink(({ records }) => ({
      verdicts: records.map(({ offset }) => (offset % 4n === 0n ? rejected : delivered)),
    }));
    rig.run(sink, { SINK_BATCH_RECORDS: '10' }, { brokers: proxy.address });
    await eventually(async () => expect(await rig.committed()).toBe(40n));
    expect(breaks).toBeLessThanOrEqual(0);
    // Kafka tells the offset's partition of a commit before the letters' partition, or behind it.
    await eventually(async () => {
      const deadLetters = await rig.kafka.records(rig.deadLetters);
      expect(deadLetters.map(({ headers }) => readDeadLetterHeaders(headers)?.offset)).toEqual(
        Array.from({ length: 10 }, (_, n) => BigInt(4 * n)),
      );
    });
  });

  it('commits again where the answer to a commit is lost', async () => {
    const rig = await rigOf();
    const proxy = await proxyOf();
    let breaks = 1;
    proxy.faultOf = (api) => (api === kafkaApi.offsetCommit && breaks-- > 0 ? 'lose-answer' : 'pass');
    await rig.send(ids('a', 20));
    const sink = scriptedSink();
    rig.run(sink, { SINK_BATCH_RECORDS: '5' }, { brokers: proxy.address });
    await eventually(async () => expect(await rig.committed()).toBe(20n));
    expect(breaks).toBeLessThanOrEqual(0);
    expect(new Set(sink.delivered.get(0))).toEqual(new Set(Array.from({ length: 20 }, (_, n) => BigInt(n))));
  });

  it('leaves the dead letters and the offset to the successor when a stopped process wakes up', async () => {
    const rig = await rigOf();
    const proxy = await proxyOf();
    await rig.send(ids('a', 10));
    const held = Promise.withResolvers<undefined>();
    const all = (verdict: Verdict) => (records: readonly unknown[]) => ({ verdicts: records.map(() => verdict) });
    const stopped = scriptedSink(async ({ records }) => {
      await held.promise;
      return all(rejected)(records);
    });
    rig.run(stopped, {}, { brokers: proxy.address });
    await eventually(() => expect(stopped.writes).toHaveLength(1));
    const wake = proxy.hold();
    const successor = scriptedSink(({ records }) => all(rejected)(records));
    rig.run(successor);
    // The stopped one commits at the very moment at which it wakes up.
    await eventually(async () => expect(await rig.committed()).toBe(10n));
    held.resolve(undefined);
    wake();
    await rig.send(ids('b', 10));
    await eventually(async () => expect(await rig.committed()).toBe(20n));
    const deadLetters = await rig.kafka.records(rig.deadLetters);
    expect(deadLetters.map(({ headers }) => readDeadLetterHeaders(headers)?.offset)).toEqual(
      Array.from({ length: 20 }, (_, n) => BigInt(n)),
    );
  });
});

describe('a dead letter that Kafka does not take', () => {
  const rejectingLong = () =>
    scriptedSink(({ records }) => ({
      verdicts: records.map(({ avro }) => (avro.length > 1_000 ? rejected : delivered)),
    }));
  const wide = 'x'.repeat(3_000);

  it('holds up its partition, says what to do, and goes when that is done (G1)', async () => {
    const rig = await rigOf({ partitions: 2 });
    const tooSmall = { 'max.message.bytes': '2000' };
    await rig.kafka.ensureTopics([rig.deadLetters], { signal: AbortSignal.timeout(30_000), settings: tooSmall });
    const value = rig.encode('a', wide);
    await rig.sendRaw([{ key: 'a', value }]);
    const sink = rejectingLong();
    const running = rig.run(sink);
    await eventually(() => expect(sink.writes).not.toEqual([]));
    const [stuck] = sink.writes.map(({ partition }) => partition);
    const place = `${rig.topic}-${stuck}`;
    const wait = `waiting for Kafka to commit records of ${place}`;
    await eventually(() => expect(running.health.state.reasons).toHaveProperty([wait]));
    const reason = new RegExp(
      `^the topic ${rig.deadLetters} does not take the dead letter of the record at offset 0 of ${place}, of 3\\d{3} bytes before compression: ` +
        'raise max.message.bytes of that topic \\(MESSAGE_TOO_LARGE\\)$',
    );
    const logged = running.lines.find(({ level }) => level === 'warn');
    expect(logged?.fields['reason']).toMatch(reason);
    // The other partition continues, and does not hide it.
    await rig.send(ids('b', 50));
    await eventually(() => expect(sink.delivered.get(1 - (stuck ?? 0))).not.toBeUndefined());
    expect(running.health.state).toMatchObject({ ready: false, reasons: { [wait]: expect.stringContaining(place) } });
    expect(await rig.kafka.records(rig.deadLetters)).toEqual([]);

    await rig.kafka.configure(rig.deadLetters, { 'max.message.bytes': '10000' });
    await eventually(() => expect(running.health.state.ready).toBe(true));
    expect((await rig.kafka.records(rig.deadLetters)).map((deadLetter) => deadLetter.value)).toEqual([value]);
  });

  it('is sent alone where Kafka takes one, but not several together', async () => {
    const rig = await rigOf();
    const settings = { 'max.message.bytes': '5000' };
    await rig.kafka.ensureTopics([rig.deadLetters], { signal: AbortSignal.timeout(30_000), settings });
    await rig.send(ids('a', 10), wide);
    rig.run(rejectingLong());
    await eventually(async () => expect(await rig.committed()).toBe(10n));
    expect(await rig.kafka.records(rig.deadLetters)).toHaveLength(10);
  });
});

describe('a shutdown', () => {
  it('commits the write under way (G6)', async () => {
    const rig = await rigOf();
    await rig.send(ids('a', 20));
    const held = Promise.withResolvers<undefined>();
    const sink = scriptedSink(() => held.promise);
    const running = rig.run(sink, { SINK_BATCH_RECORDS: '10' });
    await eventually(() => expect(sink.writes).toHaveLength(1));
    const stopped = running.stop();
    held.resolve(undefined);
    await stopped;
    expect(await rig.committed()).toBe(10n);
    expect([sink.writes.length, sink.closes]).toEqual([1, 1]);
  });

  it('abandons it after the grace, without a commit, and the next start delivers it (G6)', async () => {
    const rig = await rigOf();
    await rig.send(ids('a', 5));
    let signalled = false;
    const stuck = scriptedSink(
      (_, { signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            signalled = true;
            reject(new Error('abandoned'));
          }),
        ),
    );
    const running = rig.run(stuck, { SINK_SHUTDOWN_GRACE_MS: '500' });
    await eventually(() => expect(stuck.writes).toHaveLength(1));
    await running.stop();
    expect(signalled).toBe(true);
    expect(stuck.closes).toBe(1);
    expect(await rig.committed()).toBeUndefined();
    const next = scriptedSink();
    rig.run(next);
    await eventually(async () => expect(await rig.committed()).toBe(5n));
    expect(next.delivered.get(0)).toEqual([0n, 1n, 2n, 3n, 4n]);
  });

  it('comes to its end while it still waits for its destination', async () => {
    const rig = await rigOf();
    const sink = scriptedSink();
    sink.open = () => Promise.reject(new Error('connection refused'));
    const running = rig.run(sink);
    await eventually(() =>
      expect(running.lines.map(({ message }) => message)).toContain('waiting for the destination'),
    );
    await running.stop();
    expect(sink.closes).toBe(1);
  });
});

describe('several instances', () => {
  it('never have two writes of one partition in one process, also where a lost one is slow to end (G7)', async () => {
    const rig = await rigOf({ partitions: 4 });
    const held = Promise.withResolvers<undefined>();
    const slow = scriptedSink(() => held.promise);
    const running = rig.run(slow);
    await rig.send(ids('a', 100));
    await eventually(() => expect(slow.writes).toHaveLength(4));
    const other = scriptedSink();
    rig.run(other);
    await eventually(() => expect(other.delivered.size).toBe(2));
    await eventually(async () => expect(await running.metric('sink_assigned_partitions')).toBe(2));
    // The two that it keeps were lost and given to it again.
    await expect(eventually(() => expect(slow.writes.length).toBeGreaterThan(4), 1_000)).rejects.toThrow();
    held.resolve(undefined);
    const ends = (await rig.kafka.ends(rig.topic)) ?? [];
    await eventually(async () => {
      for (const { partition, end } of ends) expect(await rig.committed(partition)).toBe(end);
    });
  });

  it(
    'deliver everything while they join and leave, and lose nothing that one of them committed',
    { timeout: 120_000 },
    async () => {
      const rig = await rigOf({ partitions: 4 });
      const expected: string[] = [];
      const load = new AbortController();
      const loading = (async () => {
        for (let n = 0; !load.signal.aborted; n++) {
          const some = ids(`load-${n}`, 50);
          await rig.send(some);
          expected.push(...some);
          await delay(10);
        }
      })();
      const sinks = [scriptedSink(), scriptedSink(), scriptedSink()];
      for (const sink of sinks) {
        sink.script = ({ records }) => {
          return { verdicts: records.map(({ offset }) => (offset % 100n === 7n ? rejected : delivered)) };
        };
      }
      const progress = (sink: (typeof sinks)[number]) => {
        const from = sink.writes.length;
        return eventually(() => expect(sink.writes.length).toBeGreaterThan(from + 5));
      };
      const [a, b, c] = sinks as [(typeof sinks)[number], (typeof sinks)[number], (typeof sinks)[number]];
      const first = rig.run(a);
      await progress(a);
      const second = rig.run(b);
      await progress(b);
      const third = rig.run(c);
      await progress(c);
      await first.stop();
      await progress(c);
      await second.stop();
      await progress(c);
      load.abort();
      await loading;
      const ends = (await rig.kafka.ends(rig.topic)) ?? [];
      await eventually(async () => {
        for (const { partition, end } of ends) expect(await rig.committed(partition)).toBe(end);
      });
      await third.stop();
      expect(expected.length).toBeGreaterThan(100);
      // Kafka tells the offset's partition of a commit before the dead letters' partition, or behind it.
      await eventually(async () => {
        const deadLetters = await rig.kafka.records(rig.deadLetters);
        const dead = deadLetters.map(({ headers }) => readDeadLetterHeaders(headers));
        for (const { partition, end } of ends) {
          const there = new Set(sinks.flatMap((sink) => sink.delivered.get(partition) ?? []));
          const buried = dead.flatMap((deadLetter) =>
            deadLetter?.partition === partition ? [deadLetter.offset ?? -1n] : [],
          );
          const offsets = Array.from({ length: Number(end) }, (_, n) => BigInt(n));
          expect({
            lost: offsets.filter((offset) => !there.has(offset) && !buried.includes(offset)),
            both: buried.filter((offset) => there.has(offset)),
            twice: buried.filter((offset, index) => buried.indexOf(offset) !== index),
          }).toEqual({ lost: [], both: [], twice: [] });
        }
      });
      for (const running of [first, second, third]) {
        expect(await running.metric('sink_group_joins_total')).toBeLessThanOrEqual(6);
      }
    },
  );
});
