import { eventContract, hostMetrics } from '@sluice/schemas';
import { ByteWriter } from '@sluice/schemas';
import { describe, expect, it } from 'vitest';
import { scriptedSink } from './scripted-sink.ts';
import { sampleBatch, sinkConformance } from './testing.ts';

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
