import { describe, expect, it } from 'vitest';
import { ByteWriter } from '@sluice/schemas';
import { bulkBody } from './bulk-body.ts';
import { testRecord } from './testing/test-sink.ts';

const time = '2026-01-02T03:04:05.000Z';
const day = (timeMs: number) => `events-${new Date(timeMs).toISOString().slice(0, 10)}`;
const lines = (bytes: Buffer) => bytes.toString().split('\n');

describe('bulkBody', () => {
  it('writes two lines a record: create under the id in the index of its time, and the document', () => {
    const records = [testRecord('a', time, { n: 1 }), testRecord('b', '2026-01-03T00:00:00.000Z', { n: 2 })];
    const { bytes, count } = bulkBody(records, day, 10_000, new ByteWriter());
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
      const { bytes } = bulkBody([testRecord(id, time)], day, 10_000, new ByteWriter());
      const [action = '', , end] = lines(bytes);
      expect(JSON.parse(action)).toEqual({ create: { _index: 'events-2026-01-02', _id: id } });
      expect(end).toBe('');
    },
  );

  it('cuts before the record that would exceed the limit, whatever a character takes in UTF-8', () => {
    const records = ['é'.repeat(50), 'x'.repeat(100), 'y'].map((text, n) => testRecord(`${n}`, time, { text }));
    const two = bulkBody(records.slice(0, 2), day, Infinity, new ByteWriter()).bytes.length;
    expect(bulkBody(records, day, two, new ByteWriter())).toMatchObject({ count: 2, bytes: { length: two } });
    const one = bulkBody(records, day, two - 1, new ByteWriter());
    expect(one.count).toBe(1);
    expect(lines(one.bytes)).toHaveLength(3);
  });

  it('keeps one record that alone exceeds the limit', () => {
    const records = [testRecord('a', time, { text: 'x'.repeat(1000) }), testRecord('b', time)];
    const { bytes, count } = bulkBody(records, day, 10, new ByteWriter());
    expect(count).toBe(1);
    expect(bytes.length).toBeGreaterThan(1000);
  });

  it('begins anew in a writer that was used before', () => {
    const out = new ByteWriter(16);
    bulkBody([testRecord('a', time, { text: 'x'.repeat(1000) })], day, 10_000, out);
    const { bytes } = bulkBody([testRecord('b', time, { n: 1 })], day, 10_000, out);
    expect(lines(bytes)).toEqual([
      '{"create":{"_index":"events-2026-01-02","_id":"b"}}',
      `{"time":"${time}","n":1}`,
      '',
    ]);
  });

  it('lets the error of a record that cannot be read pass', () => {
    const unreadable = {
      ...testRecord('a', time),
      writeJson: () => {
        throw new RangeError('too short');
      },
    };
    expect(() => bulkBody([unreadable], day, 10_000, new ByteWriter())).toThrow('too short');
  });
});
