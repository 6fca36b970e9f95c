import { randomBytes, randomInt } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import kafkajsDecoder from 'kafkajs/src/protocol/recordBatch/v0/decoder.js';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import fetchResponse from 'kafkajs/src/protocol/requests/fetch/v11/response.js';
import { describe, expect, it } from 'vitest';
import { installFetchDecoder, recordSet } from './fetch-response.ts';
import { MalformedRecords } from './record-batch.ts';

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  for (let left = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)); ; left >>= 7n) {
    if (left < 0x80n) return Buffer.from([...bytes, Number(left)]);
    bytes.push(Number(left & 0x7fn) | 0x80);
  }
}

interface Given {
  offsetDelta: number;
  timestampDelta: number;
  key: Buffer | null;
  value: Buffer | null;
  headers: [string, Buffer | null][];
}

const bytesOf = (bytes: Buffer | null) => (bytes === null ? [varint(-1n)] : [varint(BigInt(bytes.length)), bytes]);

function recordBytes({ offsetDelta, timestampDelta, key, value, headers }: Given): Buffer {
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(BigInt(timestampDelta)),
    varint(BigInt(offsetDelta)),
    ...bytesOf(key),
    ...bytesOf(value),
    varint(BigInt(headers.length)),
    ...headers.flatMap(([name, text]) => [...bytesOf(Buffer.from(name)), ...bytesOf(text)]),
  ]);
  return Buffer.concat([varint(BigInt(body.length)), body]);
}

/** A batch as a broker sends it: https://kafka.apache.org/documentation/#recordbatch */
function batch(
  records: readonly Given[],
  given: { base?: bigint; attributes?: number; producer?: bigint; lastDelta?: number; count?: number } = {},
): Buffer {
  const { base = 0n, attributes = 0, producer = -1n, count = records.length } = given;
  const plain = Buffer.concat(records.map(recordBytes));
  const body = (attributes & 7) === 1 ? gzipSync(plain) : plain;
  const header = Buffer.alloc(61);
  header.writeBigInt64BE(base, 0);
  header.writeInt32BE(49 + body.length, 8);
  header.writeInt8(2, 16);
  header.writeInt16BE(attributes, 21);
  header.writeInt32BE(given.lastDelta ?? records.at(-1)?.offsetDelta ?? 0, 23);
  header.writeBigInt64BE(1_700_000_000_000n, 27);
  header.writeBigInt64BE(1_700_000_009_999n, 35);
  header.writeBigInt64BE(producer, 43);
  header.writeInt32BE(count, 57);
  return Buffer.concat([header, body]);
}

/** The same bytes, but one. */
function damaged(bytes: Buffer, at: number): Buffer {
  const index = at < 0 ? bytes.length + at : at;
  return Buffer.from(bytes).fill((bytes[index] ?? 0) ^ 4, index, index + 1);
}

const int16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);
const int32 = (value: number) => Buffer.from([value >> 24, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff]);

const record = (offsetDelta: number, more: Partial<Given> = {}): Given => ({
  ...{ offsetDelta, timestampDelta: offsetDelta, key: null, value: Buffer.from(`v${offsetDelta}`), headers: [] },
  ...more,
});
const marker = (type: number) => record(0, { key: Buffer.from([0, 0, 0, type]), value: Buffer.alloc(6) });
const [transactional, control, gzip, appendTime] = [0x10, 0x20, 0x01, 0x08];
const offsets = async (set: ReturnType<typeof recordSet>) => (await set)?.records.map(({ offset }) => Number(offset));

describe('a fetched record set', () => {
  it('says the same as kafkajs of random batches', async () => {
    const some = (bytes: number) => (randomInt(4) === 0 ? null : randomBytes(randomInt(bytes)));
    for (let run = 0; run < 300; run++) {
      let offsetDelta = -1;
      const records = Array.from({ length: 1 + randomInt(20) }, () =>
        record((offsetDelta += 1 + randomInt(5)), {
          timestampDelta: randomInt(3) === 0 ? randomInt(2 ** 45) - 2 ** 44 : randomInt(100),
          key: some(200),
          value: some(randomInt(10) === 0 ? 20_000 : 300),
          headers: Array.from({ length: randomInt(4) }, (_, n) => [
            ['a', 'id', 'ä€'][n % 3] ?? '',
            randomBytes(randomInt(9)),
          ]),
        }),
      );
      const base = BigInt(randomInt(2 ** 47)) * BigInt(randomInt(1, 2 ** 15));
      const bytes = batch(records, { base, attributes: randomInt(2) * gzip + randomInt(2) * appendTime });
      const theirs = (await kafkajsDecoder(new Decoder(bytes))).records;
      const ours = (await recordSet(bytes, []))?.records ?? [];
      expect(
        ours.map((one) => ({
          offset: String(one.offset),
          timestamp: String(one.timestampMs),
          key: one.key,
          value: one.value,
          headers: one.headers,
        })),
      ).toEqual(
        theirs.map(({ offset, timestamp, key, value, headers }) => ({ offset, timestamp, key, value, headers })),
      );
      for (const [n, one] of ours.entries()) {
        expect(one.value === null ? -1 : one.bytes.subarray(one.valueStart, one.valueEnd)).toEqual(
          theirs[n]?.value ?? -1,
        );
        const header = theirs[n]?.headers['id'];
        expect(one.header('id')).toEqual(Array.isArray(header) ? header.at(-1) : header);
      }
    }
  });

  it('holds several batches, and leaves one that is cut short to the next fetch', async () => {
    const whole = Buffer.concat([batch([record(0), record(1)], { base: 5n }), batch([record(0)], { base: 9n })]);
    expect(await offsets(recordSet(whole, []))).toEqual([5, 6, 9]);
    expect(await offsets(recordSet(whole.subarray(0, -1), []))).toEqual([5, 6]);
    expect(await recordSet(whole.subarray(0, 70), [])).toBeUndefined();
  });

  it('leaves out what was aborted, up to the marker of its producer, and no other', async () => {
    const bytes = Buffer.concat([
      batch([record(0)], { base: 0n, attributes: transactional, producer: 7n }),
      batch([record(0)], { base: 1n, attributes: transactional, producer: 8n }),
      batch([record(0)], { base: 2n }),
      batch([marker(0)], { base: 3n, attributes: transactional | control, producer: 7n }),
      batch([record(0)], { base: 4n, attributes: transactional, producer: 7n }),
      batch([marker(1)], { base: 5n, attributes: transactional | control, producer: 7n }),
      batch([marker(1)], { base: 6n, attributes: transactional | control, producer: 8n }),
    ]);
    expect(await offsets(recordSet(bytes, [{ producerId: 7n, firstOffset: 0n }]))).toEqual([1, 2, 4]);
    expect((await recordSet(bytes, []))?.offset).toBe('6');
  });

  it('ends where the log ends, also behind records that compaction has removed', async () => {
    const set = await recordSet(batch([record(0)], { base: 10n, lastDelta: 9 }), []);
    expect(set).toMatchObject({ offset: '19', isControlRecord: false });
    const empty = await recordSet(batch([], { base: 10n, lastDelta: 9 }), []);
    expect(empty).toMatchObject({ offset: '19', isControlRecord: true, records: [] });
  });

  it('keeps headers that occur twice, are empty, or have a treacherous name', async () => {
    const headers: Given['headers'] = [
      ['id', Buffer.from('a')],
      ['id', Buffer.from('b')],
      ['none', null],
      ['__proto__', Buffer.from('p')],
    ];
    const [one] = (await recordSet(batch([record(0, { headers })]), []))?.records ?? [];
    expect(Object.entries(one?.headers ?? {})).toEqual([
      ['id', [Buffer.from('a'), Buffer.from('b')]],
      ['none', Buffer.alloc(0)],
      ['__proto__', Buffer.from('p')],
    ]);
    expect(one?.header('id')).toEqual(Buffer.from('b'));
    expect(one?.header('absent')).toBeUndefined();
  });

  it.each([
    ['a count that is too large', batch([record(0)], { count: 2 ** 30 })],
    ['one record too many', batch([record(0)], { count: 2 })],
    ['an unknown compression', batch([record(0)], { attributes: 7 })],
    ['a compressed batch that is damaged', damaged(batch([record(0)], { attributes: gzip }), 61)],
    ['a record that ends before its length does', damaged(batch([record(0, { value: Buffer.alloc(2) })]), 66)],
    ['a header longer than its record', damaged(batch([record(0, { headers: [['id', Buffer.from('x')]] })]), -2)],
  ])('refuses %s, and says where', async (_, bytes) => {
    await expect(recordSet(Buffer.concat([batch([record(0)], { base: -1n }), bytes]), [])).rejects.toThrow(
      new MalformedRecords('the batch at offset 0 is damaged'),
    );
  });

  it('names the partition of what it cannot read', async () => {
    const set = batch([record(0)], { count: 2 });
    const fetched = Buffer.concat([
      // Throttling, error and session; one topic with one partition.
      ...[int32(0), int16(0), int32(0), int32(1), int16(3), Buffer.from('abc'), int32(1)],
      // The partition 5, no error, three offsets, nothing aborted, no replica.
      ...[int32(5), int16(0), Buffer.alloc(24), int32(0), int32(-1), int32(set.length), set],
    ]);
    installFetchDecoder();
    await expect(fetchResponse.decode(fetched)).rejects.toThrow(new MalformedRecords('cannot read abc-5'));
  });

  it('refuses random damage or reads it, but never hangs or runs out of bytes', async () => {
    const good = batch(Array.from({ length: 30 }, (_, n) => record(n, { headers: [['id', Buffer.from('x')]] })));
    for (let run = 0; run < 2_000; run++) {
      const bytes = Buffer.from(good);
      for (let hits = randomInt(1, 4); hits > 0; hits--) bytes[61 + randomInt(bytes.length - 61)] = randomInt(256);
      try {
        for (const one of (await recordSet(bytes, []))?.records ?? [])
          void [one.key, one.value, one.headers, one.offset];
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedRecords);
      }
    }
  });
});
