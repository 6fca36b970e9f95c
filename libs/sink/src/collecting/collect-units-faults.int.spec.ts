import { setTimeout as delay } from 'node:timers/promises';
import { kafkaApi, kafkaProxy, type RequestFault } from '@sluice/kafka/testing';
import { eventually, serverAddresses } from '@sluice/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { ScriptedChain, scriptedCollectingSink, type CollectingScript } from '../testing/scripted-collecting-sink.ts';
import { ids, testRig } from '../testing/test-rig.ts';

const { kafkaBrokers, schemaRegistryUrl } = serverAddresses();
const hourMs = 3_600_000;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function rigOf(options: { partitions?: number } = {}) {
  const rig = await testRig({ brokers: kafkaBrokers, registryUrl: schemaRegistryUrl, ...options });
  closing.push(() => rig.close());
  return { ...rig, objects: await rig.kafka.topic() };
}
type Rig = Awaited<ReturnType<typeof rigOf>>;

async function proxyOf() {
  const proxy = await kafkaProxy(kafkaBrokers);
  closing.push(() => proxy.close());
  return proxy;
}

const sinkOf = (unitRecords: number, script?: CollectingScript) =>
  Object.assign(scriptedCollectingSink(script), { unitRecords, waitMs: hourMs });

const announced = async (rig: Rig) => (await rig.kafka.records(rig.objects)).map(({ key }) => String(key));

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => BigInt(from + n));

describe('committing a unit', () => {
  it.each<[keyof typeof kafkaApi, RequestFault]>([
    ['produce', 'lose-answer'],
    ['txnOffsetCommit', 'lose-answer'],
    ['endTxn', 'lose-request'],
    ['endTxn', 'lose-answer'],
  ])('publishes its output once where %s breaks off (%s) (G2)', async (name, fault) => {
    const rig = await rigOf();
    const proxy = await proxyOf();
    let breaks = 2;
    proxy.faultOf = (api) => (api === kafkaApi[name] && breaks-- > 0 ? fault : 'pass');
    const chain = new ScriptedChain();
    rig.runCollecting(sinkOf(10, chain.script(rig.objects)), {}, { brokers: proxy.address });
    await rig.send(ids('a', 40));
    await eventually(async () => expect(await rig.committed()).toBe(40n), 30_000);
    expect(breaks).toBeLessThanOrEqual(0);
    expect(await announced(rig)).toEqual(['0/0', '0/10', '0/20', '0/30']);
    expect(chain.offsets(0)).toEqual(range(0, 40));
  });

  it('is left to the successor when a process is stopped in mid-delivery and wakes up', async () => {
    const rig = await rigOf();
    const proxy = await proxyOf();
    const chain = new ScriptedChain();
    const script = chain.script(rig.objects);
    const held = Promise.withResolvers<void>();
    const stopped = sinkOf(10, async (unit, context) => {
      await held.promise;
      return script(unit, context);
    });
    rig.runCollecting(stopped, {}, { brokers: proxy.address });
    await rig.send(ids('a', 10));
    await eventually(() => expect(stopped.deliveries).toHaveLength(1));
    const wake = proxy.hold();
    // It cuts elsewhere.
    const successor = sinkOf(4, script);
    rig.runCollecting(successor);
    await eventually(async () => expect(await rig.committed()).toBe(8n), 30_000);
    held.resolve();
    wake();
    await rig.send(ids('b', 10));
    await eventually(async () => expect(await rig.committed()).toBe(20n), 30_000);
    expect(await announced(rig)).toEqual(['0/0', '0/4', '0/8', '0/12', '0/16']);
    expect(chain.offsets(0)).toEqual(range(0, 20));
  });

  it('happens once where the unit was delivered and its process ended before it', async () => {
    const rig = await rigOf();
    const chain = new ScriptedChain();
    const script = chain.script(rig.objects);
    const stuck = sinkOf(10, async (unit, context) => {
      await script(unit, context);
      return new Promise((_, reject) => context.signal.addEventListener('abort', () => reject(new Error('abandoned'))));
    });
    const running = rig.runCollecting(stuck, { SINK_SHUTDOWN_GRACE_MS: '200' });
    await rig.send(ids('a', 30));
    await eventually(() => expect(chain.units.size).toBe(1));
    await running.stop();
    expect(await rig.committed()).toBeUndefined();
    // One cuts earlier, and reads the rest of what it finds; the next cuts later, and gives back what is not in it.
    const shorter = rig.runCollecting(sinkOf(4, script));
    await eventually(async () => expect(await rig.committed()).toBe(30n), 30_000);
    await shorter.stop();
    expect(await announced(rig)).toEqual(['0/0', '0/10', '0/14', '0/18', '0/22', '0/26']);
    expect(chain.offsets(0)).toEqual(range(0, 30));
  });
});

describe('a shutdown', () => {
  it('drops the unit that is being gathered, without a commit, and the next start delivers it (G6)', async () => {
    const rig = await rigOf();
    const sink = sinkOf(10);
    const running = rig.runCollecting(sink);
    await rig.send(ids('a', 15));
    await eventually(async () => expect(await rig.committed()).toBe(10n));
    await running.stop();
    expect([await rig.committed(), sink.deliveries.length, sink.closes]).toEqual([10n, 1, 1]);
    const next = sinkOf(5);
    rig.runCollecting(next);
    await eventually(async () => expect(await rig.committed()).toBe(15n), 30_000);
    expect(next.delivered.get(0)).toEqual(range(10, 15));
  });

  it('commits the delivery under way (G6)', async () => {
    const rig = await rigOf();
    const held = Promise.withResolvers<undefined>();
    const sink = sinkOf(10, () => held.promise);
    const running = rig.runCollecting(sink);
    await rig.send(ids('a', 30));
    await eventually(() => expect(sink.deliveries).toHaveLength(1));
    const stopped = running.stop();
    held.resolve(undefined);
    await stopped;
    expect([await rig.committed(), sink.deliveries.length]).toEqual([10n, 1]);
  });
});

describe('several instances of a collecting sink', () => {
  it('lose no record and repeat none while they join and leave in mid-unit', { timeout: 120_000 }, async () => {
    const partitions = 4;
    const rig = await rigOf({ partitions });
    const load = new AbortController();
    const loading = (async () => {
      for (let n = 0; !load.signal.aborted; n++) {
        await rig.send(ids(`load-${n}`, 50));
        await delay(20);
      }
    })();
    const chain = new ScriptedChain();
    const sinks = [7, 40, 23].map((unitRecords) => {
      const sink = sinkOf(unitRecords, chain.script(rig.objects));
      return Object.assign(sink, { waitMs: 200 });
    });
    const runs = [];
    for (const sink of sinks) {
      runs.push(rig.runCollecting(sink));
      await eventually(() => expect(sink.deliveries.length).toBeGreaterThan(8), 30_000);
    }
    for (const running of runs.slice(0, 2)) {
      const before = sinks[2]?.deliveries.length ?? 0;
      await running.stop();
      await eventually(() => expect(sinks[2]?.deliveries.length).toBeGreaterThan(before + 8), 30_000);
    }
    load.abort();
    await loading;
    const ends = (await rig.kafka.ends(rig.topic)) ?? [];
    await eventually(async () => {
      for (const { partition, end } of ends) expect(await rig.committed(partition)).toBe(end);
    }, 30_000);
    for (const { partition, end } of ends) expect(chain.offsets(partition)).toEqual(range(0, Number(end)));
    const names = await announced(rig);
    expect(names.toSorted()).toEqual([...chain.units.keys()].toSorted());
  });
});
