import { describe, expect, it } from 'vitest';
import { kafkaRecord, type RecordHeaders } from './kafka-record.ts';
import { idText, longestIdBytes, recordId } from './record-id.ts';

const recordOf = (parts: { headers?: RecordHeaders; value?: string; key?: string; timestampMs?: number } = {}) =>
  kafkaRecord({
    offset: 7n,
    timestampMs: parts.timestampMs ?? -1,
    key: parts.key === undefined ? null : Buffer.from(parts.key),
    value: Buffer.from(parts.value ?? 'value'),
    headers: parts.headers ?? {},
  });
const idOf = (parts: Parameters<typeof recordOf>[0]) => recordId({ topic: 'tweets' }, 3, recordOf(parts));

describe('the id of a record', () => {
  it('is what its header says, the last one', () => {
    expect(idOf({ headers: { 'sluice-id': Buffer.from('a') } })).toBe('a');
    expect(idOf({ headers: { 'sluice-id': [Buffer.from('a'), Buffer.from('b')] } })).toBe('b');
  });

  it('is not what the header `id` of another system says', () => {
    expect(idOf({ headers: { id: '42' }, value: 'A' })).not.toBe(idOf({ headers: { id: '42' }, value: 'B' }));
    expect(idOf({ headers: { id: '42' } })).toBe(idOf({}));
  });

  it('is its place and a checksum where there is no header, or an empty one', () => {
    expect(idOf({})).toMatch(/^tweets-3-7-[0-9a-f]{8}$/);
    expect(idOf({ headers: { 'sluice-id': Buffer.alloc(0) } })).toBe(idOf({}));
    expect(idOf({})).toBe(idOf({}));
  });

  it('distinguishes a record from the one at the same place of a topic that was created again', () => {
    const ids = [{}, { value: 'other' }, { key: 'k' }, { timestampMs: 1 }].map(idOf);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the text of an id', () => {
  it('is the text that it is, up to 512 bytes of it', () => {
    for (const text of ['a', 'é𝄞', '\ufeffa', 'with "quotes"\n', '\u0000', 'x'.repeat(longestIdBytes)])
      expect(idText(Buffer.from(text))).toBe(text);
  });

  it('of every 8 bytes of a long is another one', () => {
    const longs = Array.from({ length: 512 }, (_, n) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64BE(BigInt(n));
      return bytes;
    });
    expect(new Set(longs.map(idText)).size).toBe(512);
  });

  it('is another one for other bytes, and never longer than 512 bytes', () => {
    const strange = Buffer.from([0xff, 0x80]);
    const ids = [
      strange,
      Buffer.from(idText(strange)),
      Buffer.from('~'),
      Buffer.alloc(375, 0xff),
      Buffer.alloc(376, 0xff),
      Buffer.alloc(513, 'x'),
      Buffer.alloc(514, 'x'),
      Buffer.from('é'.repeat(257)),
    ];
    const texts = [...ids, Buffer.from(idText(Buffer.alloc(513, 'x')))].map(idText);
    expect(new Set(texts).size).toBe(texts.length);
    for (const text of texts) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(longestIdBytes);
  });
});
