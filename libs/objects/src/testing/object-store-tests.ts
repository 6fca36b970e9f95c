import type { Collected, CollectingSink, SinkRecord } from '@sluice/sink';
import { httpProxy, type Answering, type HttpProxy } from '@sluice/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { objectRig, type ObjectRig, type ObjectSinkUnderTest } from './object-rig.ts';
import { testRecord } from './test-records.ts';

const signal = new AbortController().signal;

function collectorOf(sink: CollectingSink, { topic, contract }: ObjectRig, records: readonly SinkRecord[]) {
  const collector = sink.collect({ topic, partition: 0, contract });
  for (const record of records) collector.add(record);
  return collector;
}

const some = ({ contract }: ObjectRig, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) =>
    testRecord({ contract, offset: from + n, event: { text: `${from + n}` } }),
  );

/** Declares the tests that every store of objects passes. Called once, by each such store's integration spec. */
export function objectStoreTests(under: ObjectSinkUnderTest): void {
  const closing: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of closing.splice(0)) await one.close();
  });

  async function rigOf(): Promise<ObjectRig> {
    const rig = await objectRig(under);
    closing.push(rig);
    return rig;
  }

  async function proxyOf(answering: Answering): Promise<HttpProxy> {
    const proxy = await httpProxy({ target: under.endpoint(), answering });
    closing.push(proxy);
    return proxy;
  }

  describe('owners of one partition', () => {
    it('that create one object at one moment agree on one of them', async () => {
      const rig = await rigOf();
      const sinks = await Promise.all(Array.from({ length: 12 }, () => rig.open()));
      const collectors = sinks.map((sink, n) => collectorOf(sink, rig, some(rig, 5, 10 + n)));
      const outcomes = await Promise.all(collectors.map((collector) => collector.deliver({ signal, attempt: 1 })));
      const [object, ...others] = await rig.objects();
      expect(others).toEqual([]);
      const last = object?.facts.lastOffset ?? -1n;
      for (const [n, outcome] of outcomes.entries()) {
        if (BigInt(10 + n) < last) expect(outcome).toEqual({ missingThrough: last });
        else expect(outcome).toMatchObject({ deliveredThrough: last });
      }
      for (const [n, collector] of collectors.entries()) {
        for (const record of some(rig, 11 + n, Number(last))) expect(collector.add(record)).toBe(true);
        const again: Collected = await collector.deliver({ signal, attempt: 1 });
        expect(again).toMatchObject({ deliveredThrough: last, outputs: [{ topic: 'objects', key: rig.topic }] });
      }
      expect((await rig.objects())[0]?.facts).toEqual(object?.facts);
    });

    it('cannot change what is there: a zombie that wakes up adopts', async () => {
      const rig = await rigOf();
      const [zombie, owner] = [await rig.open(), await rig.open()];
      const asleep = collectorOf(zombie, rig, some(rig, 0, 3));
      await collectorOf(owner, rig, some(rig, 0, 9)).deliver({ signal, attempt: 1 });
      await collectorOf(owner, rig, some(rig, 10, 12)).deliver({ signal, attempt: 1 });
      expect(await asleep.deliver({ signal, attempt: 1 })).toEqual({ missingThrough: 9n });
      expect((await rig.objects()).map(({ rows }) => rows.length)).toEqual([10, 3]);
    });
  });

  describe('a request', () => {
    it('that is not answered in time, or is to be abandoned, ends', async () => {
      const rig = await rigOf();
      const proxy = await proxyOf((request, forward) => (under.isUpload(request) ? 'silence' : forward()));
      const sink = await rig.open(rig.settings({ ENDPOINT: proxy.url, REQUEST_TIMEOUT_MS: '1000' }));
      const collector = collectorOf(sink, rig, some(rig, 0, 3));
      await expect(collector.deliver({ signal, attempt: 1 })).rejects.toThrow(
        `did not answer within ${under.settingPrefix}REQUEST_TIMEOUT_MS (1000 ms)`,
      );
      const abandon = new AbortController();
      const delivery = collector.deliver({ signal: abandon.signal, attempt: 2 });
      abandon.abort(new Error('lost'));
      await expect(delivery).rejects.toThrow('lost');
    });

    it('takes objects of many blocks', async () => {
      const rig = await rigOf();
      const sink = await rig.open();
      const text = Array.from({ length: 100 }, () => Math.random()).join();
      const records = Array.from({ length: 10_000 }, (_, n) =>
        testRecord({ contract: rig.contract, offset: n, event: { text: text.slice(n % 500) + String(n) } }),
      );
      const collector = collectorOf(sink, rig, records);
      expect(await collector.deliver({ signal, attempt: 1 })).toMatchObject({ deliveredThrough: 9_999n });
      expect((await rig.objects())[0]?.rows).toHaveLength(10_000);
    });
  });
}
