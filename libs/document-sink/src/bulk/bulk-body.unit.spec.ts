import { describe, expect, it } from 'vitest';
import { ByteWriter, MalformedAvro } from '@sluice/avro';
import { bulkBody, type BulkPart } from './bulk-body.ts';
import { testRecord } from '../testing/test-records.ts';

const time = '2026-01-02T03:04:05.000Z';
const day = (timeMs: number) => `events-${new Date(timeMs).toISOString().slice(0, 10)}`;
const lines = (bytes: Buffer) => bytes.toString().split('\n');

/** The body of one part. */
function body(records: BulkPart['records'], maxBytes: number, out = new ByteWriter()) {
  const { bytes, counts } = bulkBody([{ records, event: { indexOf: day } }], maxBytes, out);
  return { bytes, count: counts[0] };
}

describe('bulkBody', () => {
  it('writes two lines a record: create under the id in the index of its time, and the document', () => {
    const records = [testRecord('a', time, { n: 1 }), testRecord('b', '2026-01-03T00:00:00.000Z', { n: 2 })];
    const { bytes, count } = body(records, 10_000);
    expect(count).toBe(2);
    expect(lines(bytes)).toEqual([
      '{"create":{"_index":"events-2026-01-02","_id":"a"}}',
      `{"time":"${time}","n":1}`,
      '{"create":{"_index":"events-2026-01-03","_id":"b"}}',
      '{"time":"2026-01-03T00:00:00.000Z","n":2}',
      '',
    ]);
  });

  it.each(['"}}\n{"delete":{', 'back\\slash', 'line\u2028break', 'zero\u0000', 'é𝄞', '\ud800'])(
    'keeps the id %j inside its line',
    (id) => {
      const { bytes } = body([testRecord(id, time)], 10_000);
      const [action = '', , end] = lines(bytes);
      expect(JSON.parse(action)).toEqual({ create: { _index: 'events-2026-01-02', _id: id } });
      expect(end).toBe('');
    },
  );

  it('cuts before the record that would exceed the limit, whatever a character takes in UTF-8', () => {
    const records = ['é'.repeat(50), 'x'.repeat(100), 'y'].map((text, n) => testRecord(`${n}`, time, { text }));
    const two = body(records.slice(0, 2), Infinity).bytes.length;
    expect(body(records, two)).toMatchObject({ count: 2, bytes: { length: two } });
    const one = body(records, two - 1);
    expect(one.count).toBe(1);
    expect(lines(one.bytes)).toHaveLength(3);
  });

  it('keeps one record that alone exceeds the limit', () => {
    const records = [testRecord('a', time, { text: 'x'.repeat(1000) }), testRecord('b', time)];
    const { bytes, count } = body(records, 10);
    expect(count).toBe(1);
    expect(bytes.length).toBeGreaterThan(1000);
  });

  it('begins anew in a writer that was used before', () => {
    const out = new ByteWriter(16);
    body([testRecord('a', time, { text: 'x'.repeat(1000) })], 10_000, out);
    const { bytes } = body([testRecord('b', time, { n: 1 })], 10_000, out);
    expect(lines(bytes)).toEqual([
      '{"create":{"_index":"events-2026-01-02","_id":"b"}}',
      `{"time":"${time}","n":1}`,
      '',
    ]);
  });

  it('is without a record that cannot be read', () => {
    const broken = {
      ...testRecord('b', time),
      writeJson: () => {
        throw new MalformedAvro('cut short');
      },
    };
    const records = [testRecord('a', time), broken, testRecord('c', time)];
    const { bytes, counts, undecodable } = bulkBody([{ records, event: { indexOf: day } }], 10_000, new ByteWriter());
    expect(counts).toEqual([3]);
    expect([...undecodable]).toEqual([
      [broken, { status: 'rejected', reason: 'cut short', errorClass: 'undecodable' }],
    ]);
    expect(lines(bytes)).toHaveLength(5);
  });

  it('appends further parts to the same body until it is full', () => {
    const part = (name: string, ids: string[]): BulkPart => ({
      records: ids.map((id) => testRecord(id, time)),
      event: { indexOf: () => name },
    });
    const parts = [part('one', ['a', 'b']), part('two', ['c', 'd']), part('three', ['e'])];
    const whole = bulkBody(parts, 10_000, new ByteWriter());
    expect(whole.counts).toEqual([2, 2, 1]);
    const actions = lines(whole.bytes).filter((line) => line.startsWith('{"create"'));
    expect(actions.map((line) => (JSON.parse(line) as { create: unknown }).create)).toEqual(
      [
        ['one', 'a'],
        ['one', 'b'],
        ['two', 'c'],
        ['two', 'd'],
        ['three', 'e'],
      ].map(([_index, _id]) => ({ _index, _id })),
    );
    const cut = bulkBody(parts, (whole.bytes.length * 3) / 5, new ByteWriter());
    expect(cut.counts).toEqual([2, 1, 0]);
  });
});
