import { setTimeout as delay } from 'node:timers/promises';
import { ByteWriter } from '@sluice/avro';
import { eventContract } from '@sluice/contracts';
import { testContract } from '@sluice/testkit';
import { describe, expect, it } from 'vitest';
import { ScriptedChain, scriptedCollectingSink, type CollectingScript } from './scripted-collecting-sink.ts';
import { readAll, scriptedSink } from './scripted-sink.ts';
import { expectAbandonment } from './sink-conformance.ts';
import { collectingSinkConformance, sampleBatch, sinkConformance, type Fault } from '../testing.ts';

describe('a sink into memory', () => {
  sinkConformance({
    async create() {
      let fault: Fault | undefined;
      const there = new Set<string>();
      const [sink, other] = [1, 2].map(() =>
        scriptedSink(async (batch, context) => {
          context.signal.throwIfAborted();
          if (fault === 'outage') throw new Error('connection refused');
          if (fault === 'silence') await delay(60_000, undefined, { signal: context.signal });
          const result = await readAll(batch, context);
          for (const [n, { id }] of batch.records.entries())
            if (result?.verdicts[n]?.status === 'delivered') there.add(id);
          return result;
        }),
      );
      if (sink === undefined || other === undefined) throw new Error('there is no sink');
      return {
        ...{ sink, other, contract: testContract('events'), written: async () => [...there], close: async () => {} },
        fault: (next) => (fault = next),
      };
    },
  });

  it('fails the suite if it ignores its signal', async () => {
    const deaf = scriptedSink(() => new Promise<never>(() => {}));
    const batch = await sampleBatch(testContract('events'), 1);
    await expect(expectAbandonment(deaf, batch, 100)).rejects.toThrow('it was aborted, and is still under way');
  });
});

describe.each<[string, (script: CollectingScript) => CollectingScript]>([
  ['calls delivered what it adopts, and was not given', (script) => script],
  [
    'asks for what it adopts',
    (script) => async (unit, context) => {
      const collected = await script(unit, context);
      if (collected === undefined || 'missingThrough' in collected) return collected;
      const { deliveredThrough } = collected;
      return deliveredThrough > (unit.offsets.at(-1) ?? -1n) ? { missingThrough: deliveredThrough } : collected;
    },
  ],
])('a collecting sink into memory that %s', (_, asWritten) => {
  collectingSinkConformance({
    async create() {
      const chain = new ScriptedChain();
      let fault: Fault | undefined;
      const script = asWritten(chain.script('objects'));
      const [sink, other] = [1, 2].map(() =>
        scriptedCollectingSink(async (unit, context) => {
          if (fault === 'outage') throw new Error('connection refused');
          if (fault === 'silence') await delay(60_000, undefined, { signal: context.signal });
          return script(unit, context);
        }),
      );
      if (sink === undefined || other === undefined) throw new Error('there is no sink');
      const written = async () => [...chain.units.values()].flatMap(({ ids }) => ids);
      return {
        ...{ sink, other, contract: testContract('events'), written, close: async () => {} },
        fault: (next) => (fault = next),
      };
    },
  });
});

describe('sample records', () => {
  const contract = eventContract({
    type: 'record',
    name: 'Everything',
    namespace: 'test',
    sluice: { topic: 'everything', key: ['name'], id: ['name'], time: 'at' },
    fields: [
      { name: 'name', type: 'string' },
      { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'maybe', type: ['null', 'int'] },
      { name: 'either', type: ['int', 'string'] },
      { name: 'part', type: { type: 'record', name: 'Part', fields: [{ name: 'size', type: 'double' }] } },
      { name: 'other', type: 'Part' },
      { name: 'parts', type: { type: 'array', items: 'test.Part' } },
      { name: 'colour', type: { type: 'enum', name: 'Colour', symbols: ['RED', 'GREEN'] } },
      { name: 'hash', type: { type: 'fixed', name: 'Hash', size: 4 } },
      { name: 'counts', type: { type: 'map', values: 'long' } },
      { name: 'raw', type: 'bytes' },
    ],
  });

  it('fit whatever contract, and differ in id and offset', async () => {
    const { records } = await sampleBatch(contract, 3);
    expect(new Set(records.map(({ id }) => id)).size).toBe(3);
    expect(records[2]?.offset).toBe((records[0]?.offset ?? 0n) + 2n);
    const out = new ByteWriter();
    records[1]?.writeJson(out);
    expect(JSON.parse(out.written().toString())).toMatchObject({
      name: records[1]?.id,
      maybe: null,
      either: 1,
      part: { size: 1 },
      other: { size: 1 },
      parts: [],
      colour: 'RED',
      counts: {},
    });
  });
});
