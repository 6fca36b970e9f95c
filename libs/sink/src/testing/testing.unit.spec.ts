import { eventContract, hostMetrics } from '@sluice/contracts';
import { ByteWriter } from '@sluice/avro';
import { describe, expect, it } from 'vitest';
import { ScriptedChain, scriptedCollectingSink, type CollectingScript } from './scripted-collecting-sink.ts';
import { scriptedSink } from './scripted-sink.ts';
import { collectingSinkConformance, sampleBatch, sinkConformance } from '../testing.ts';

describe('a sink into memory', () => {
  sinkConformance({
    deduplicates: true,
    async create() {
      const sink = scriptedSink();
      const written = async () => [...new Set(sink.writes.flatMap(({ ids }) => ids))];
      return { sink, contract: hostMetrics, written, close: async () => {} };
    },
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
      const [sink, other] = [1, 2].map(() => scriptedCollectingSink(asWritten(chain.script('objects'))));
      if (sink === undefined || other === undefined) throw new Error('there is no sink');
      const written = async () => [...chain.units.values()].flatMap(({ ids }) => ids);
      return { sink, other, contract: hostMetrics, written, close: async () => {} };
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
