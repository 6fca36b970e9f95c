import { readDeadLetterHeaders } from '@sluice/kafka';
import { kafkaApi, kafkaProxy, type RequestFault } from '@sluice/kafka/testing';
import { eventually, serverAddresses, type TestEvent } from '@sluice/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { Refused, type Processor } from './processor.ts';
import { ids, testRig } from './testing/test-rig.ts';

const { kafkaBrokers, schemaRegistryUrl } = serverAddresses();
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function rigOf(options: { partitions?: number } = {}) {
  const rig = await testRig({ brokers: kafkaBrokers, registryUrl: schemaRegistryUrl, ...options });
  closing.push(() => rig.close());
  return rig;
}

const shout: Processor<TestEvent, TestEvent> = { process: (event) => ({ ...event, text: event.text.toUpperCase() }) };

describe('a running processor', () => {
  it('makes events of events, with id, key and time of the contract, and commits behind them (G2)', async () => {
    const rig = await rigOf();
    const time = new Date(Date.now() - 60_000);
    await rig.send(['a', 'b', 'none', 'two'], time);
    rig.run({
      process: (event) => {
        if (event.id === 'none') return undefined;
        if (event.id !== 'two') return { ...event, text: 'one' };
        return ids('two', 2).map((id) => ({ ...event, id, text: 'of two' }));
      },
    });
    await eventually(async () => expect(await rig.committed()).toBe(4n));
    const made = (id: string, text: string) => ({
      event: { id, time, text },
      id,
      key: id,
      timeMs: time.getTime(),
    });
    expect(await rig.made()).toEqual([
      made('a', 'one'),
      made('b', 'one'),
      made('two-0', 'of two'),
      made('two-1', 'of two'),
    ]);
  });

  it('keeps the time of an event from far ahead, whenever its cause came', async () => {
    const rig = await rigOf();
    const arrived = new Date(Date.now() - 60_000);
    const ahead = new Date(Date.now() + 24 * 3_600_000);
    await rig.send(['a'], arrived);
    rig.run({ process: (event) => ({ ...event, time: ahead }) });
    await eventually(async () => expect(await rig.committed()).toBe(1n));
    const [made] = await rig.made();
    expect([made?.timeMs, made?.event.time]).toEqual([ahead.getTime(), ahead]);
  });

  it('puts to the dead letters what it refuses, what does not fit, and what cannot be read; the rest goes on', async () => {
    const rig = await rigOf();
    await rig.send(['a', 'refused']);
    await rig.sendRaw(Buffer.from([0, 0, 0, 0, rig.schemaId, 200, 1]));
    await rig.send(['unfit', 'b']);
    rig.run({
      process(event) {
        if (event.id === 'refused') throw new Refused('its colour is unknown');
        if (event.id === 'unfit') return [event, { ...event, text: 1 as unknown as string }];
        return event;
      },
    });
    await eventually(async () => expect(await rig.committed()).toBe(5n));
    expect((await rig.made()).map(({ id }) => id)).toEqual(['a', 'b']);
    const deadLetters = (await rig.kafka.records(rig.deadLetters)).map(({ headers }) => readDeadLetterHeaders(headers));
    expect(deadLetters.map((deadLetter) => [deadLetter?.offset, deadLetter?.errorClass, deadLetter?.by])).toEqual([
      [1n, 'refused', 'test-processor'],
      [2n, 'undecodable', 'test-processor'],
      [3n, 'refused', 'test-processor'],
    ]);
    expect(deadLetters[0]?.reason).toBe('its colour is unknown');
    expect(deadLetters[2]?.reason).toBe('the event does not fit its contract in text');
  });

  it('stops at a defect, says where, and commits nothing of it', async () => {
    const rig = await rigOf();
    await rig.send(['a', 'b']);
    const running = rig.run({
      process(event) {
        if (event.id === 'b') throw new RangeError('a defect');
        return event;
      },
    });
    await expect(running.done).rejects.toThrow(`cannot process ${rig.from.topic}-0 at offset 1: a defect`);
    expect([await rig.committed(), await rig.made()]).toEqual([undefined, []]);
  });

  it.each<[keyof typeof kafkaApi, RequestFault]>([
    ['produce', 'lose-request'],
    ['produce', 'lose-answer'],
    ['txnOffsetCommit', 'lose-answer'],
    ['endTxn', 'lose-request'],
    ['endTxn', 'lose-answer'],
  ])('makes each event once where %s breaks off (%s)', async (name, fault) => {
    const rig = await rigOf();
    const proxy = await kafkaProxy(kafkaBrokers);
    closing.push(() => proxy.close());
    let breaks = 2;
    proxy.faultOf = (api) => (api === kafkaApi[name] && breaks-- > 0 ? fault : 'pass');
    await rig.send(ids('a', 40));
    rig.run(shout, { PROCESSOR_BATCH_RECORDS: '10' }, { brokers: proxy.address });
    await eventually(async () => expect(await rig.committed()).toBe(40n));
    expect(breaks).toBeLessThanOrEqual(0);
    expect((await rig.made()).map(({ id }) => id)).toEqual(ids('a', 40));
  });

  it('makes each event once while members of its group come and go', async () => {
    const rig = await rigOf({ partitions: 3 });
    const stays = rig.run(shout, { PROCESSOR_BATCH_RECORDS: '50' });
    const sent: string[] = [];
    const send = async (prefix: string) => {
      sent.push(...ids(prefix, 500));
      await rig.send(ids(prefix, 500));
    };
    const progress = (count: number) =>
      eventually(async () => expect((await rig.made()).length).toBeGreaterThanOrEqual(count));
    await send('alone');
    await progress(100);
    const joins = rig.run(shout, { PROCESSOR_BATCH_RECORDS: '50' });
    await send('joining');
    await progress(600);
    await send('leaving');
    await joins.stop();
    await progress(1_500);
    await stays.stop();
    expect((await rig.made()).map(({ id }) => id).sort()).toEqual(sent.sort());
  });
});
