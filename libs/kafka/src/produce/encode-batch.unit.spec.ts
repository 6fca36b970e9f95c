import { randomBytes } from 'node:crypto';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import decodeBatch from 'kafkajs/src/protocol/recordBatch/v0/decoder.js';
import { describe, expect, it } from 'vitest';
import { compressionTypes } from '../compression/compression-codecs.ts';
import { encodeBatch } from './encode-batch.ts';
import { newFetch, recordSet } from '../fetch/record-set.ts';
import type { OutgoingRecord } from '../records/outgoing-record.ts';

const writer = { producerId: 2n ** 40n, producerEpoch: 7, firstSequence: 123_456 };
const nowMs = Date.UTC(2026, 2, 5);

/** Keys, values and headers of all kinds, times before and after one another. */
const records: OutgoingRecord[] = [
  { key: 'text', value: Buffer.from('value'), timestampMs: nowMs - 5_000_000_000 },
  { key: Buffer.of(0, 255), value: null, headers: { one: 'é', two: Buffer.of(1), many: ['a', Buffer.of(2)] } },
  { key: null, value: randomBytes(70_000), timestampMs: nowMs + 86_400_000 },
  { key: '', value: Buffer.alloc(0), headers: { empty: '', absent: undefined } },
  ...Array.from({ length: 200 }, (_, n) => ({ key: `k-${n}`, value: Buffer.alloc(n % 90, n) })),
];
const asFetched = async (batch: Buffer) => {
  const set = await recordSet(batch, [], 1_000_000n, newFetch(10_000_000));
  return (set?.records ?? []).map(({ key, value, timestampMs, headers }) => ({ key, value, timestampMs, headers }));
};
const bytes = (field: Buffer | string | null) => (field === null ? null : Buffer.from(field));
const expected = records.map(({ key, value, headers = {}, timestampMs = nowMs }) => ({
  ...{ key: bytes(key), value, timestampMs },
  headers: Object.fromEntries(
    Object.entries(headers).flatMap(([name, values]) => {
      if (values === undefined) return [];
      return [[name, typeof values === 'string' || Buffer.isBuffer(values) ? bytes(values) : values.map(bytes)]];
    }),
  ),
}));

describe('an encoded batch', () => {
  it.each(Object.entries(compressionTypes))('is read back as it was (%s)', async (_, compression) => {
    const batch = await encodeBatch(records, writer, compression, nowMs);
    expect(await asFetched(batch)).toEqual(expected);
  });

  it("is read by kafkajs's decoder, too, and names its producer", async () => {
    const batch = await encodeBatch(records, writer, compressionTypes.none, nowMs);
    const decoded = await decodeBatch(new Decoder(batch));
    expect(decoded.records.map(({ key, value, timestamp }) => [key, value, Number(timestamp)])).toEqual(
      expected.map(({ key, value, timestampMs }) => [key, value, timestampMs]),
    );
    expect(decoded).toMatchObject({ producerId: String(writer.producerId), producerEpoch: 7, firstSequence: 123_456 });
  });
});
