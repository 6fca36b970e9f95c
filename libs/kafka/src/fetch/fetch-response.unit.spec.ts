import { randomBytes, randomInt } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { seededRandom } from '@sluice/random';
import kafkajsDecoder from 'kafkajs/src/protocol/recordBatch/v0/decoder.js';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import fetchResponse from 'kafkajs/src/protocol/requests/fetch/v11/response.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { crc32c, type Crc32c } from '../compression/crc32c.ts';
import {
  installFetchDecoder,
  newFetch,
  recordSet as readSet,
  type FetchedMessage,
  type FetchState,
} from './fetch-response.ts';

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
  given: { base?: bigint; attributes?: number; producer?: bigint; lastDelta?: number; count?: number } & {
    /** Changes the body before it gets its checksum, as a producer with a defect does. */
    damage?: (body: Buffer) => Buffer;
  } = {},
): Buffer {
  const { base = 0n, attributes = 0, producer = -1n, count = records.length } = given;
  const plain = Buffer.concat(records.map(recordBytes));
  const packed = (attributes & 7) === 1 ? gzipSync(plain) : plain;
  const body = given.damage?.(packed) ?? packed;
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
  return withChecksum(Buffer.concat([header, body]));
}

const mostBytes = 1024 * 1024;
const recordSet = (
  bytes: Buffer,
  aborted: { producerId: bigint; firstOffset: bigint }[],
  { endOffset = 2n ** 63n, ...fetch }: Partial<FetchState & { endOffset: bigint }> = {},
) => readSet(bytes, aborted, endOffset, { ...newFetch(mostBytes), isFirst: false, ...fetch });

let checksum: Crc32c;
beforeAll(async () => {
  checksum = await crc32c();
});

function withChecksum(bytes: Buffer): Buffer {
  bytes.writeUInt32BE(checksum(bytes.subarray(21)), 17);
  return bytes;
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
    expect((await recordSet(bytes, []))?.nextOffset).toBe(7n);
  });

  it('ends where the log ends, also behind records that compaction has removed', async () => {
    const set = await recordSet(batch([record(0)], { base: 10n, lastDelta: 9 }), []);
    expect(set).toMatchObject({ nextOffset: 20n, records: [{ offset: 10n }] });
    const empty = await recordSet(batch([], { base: 10n, lastDelta: 9 }), []);
    expect(empty).toMatchObject({ nextOffset: 20n, records: [] });
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

  // Damage from before the checksum was made, as by a producer with a defect: the decoder itself must see it.
  it.each([
    ['a count that is too large', () => batch([record(0)], { count: 2 ** 30 }), /it claims 1073741824 records/],
    ['one record too many', () => batch([record(0)], { count: 2 }), /it claims 2 records/],
    [
      'one record too many behind others',
      () => batch([record(0), record(1, { value: Buffer.alloc(9) })], { count: 3 }),
      /cut short/,
    ],
    ['bytes behind the last record', () => batch([record(0), record(1)], { count: 1 }), /bytes follow its last record/],
    ['bytes and no record', () => batch([record(0)], { count: 0 }), /bytes follow its last record/],
    ['an unknown compression', () => batch([record(0)], { attributes: 7 }), /compressed in the unknown way 7/],
    [
      'a compressed batch that is damaged',
      () => batch([record(0)], { attributes: gzip, damage: (body) => damaged(body, 0) }),
      /incorrect header check/,
    ],
    [
      'a record that ends before its length does',
      () => batch([record(0, { value: Buffer.alloc(2) })], { damage: (body) => damaged(body, 5) }),
      /a record/,
    ],
    [
      'a header longer than its record',
      () => batch([record(0, { headers: [['id', Buffer.from('x')]] })], { damage: (body) => damaged(body, -2) }),
      /a record/,
    ],
    ['a flipped bit', () => damaged(batch([record(0)]), -3), /its checksum is wrong/],
    ['a flipped bit in the checksum', () => damaged(batch([record(0)]), 18), /its checksum is wrong/],
    ['a length shorter than its header', () => batch([record(0)]).fill(0, 8, 12), /shorter than its header/],
    ['an offset behind the end of the partition', () => batch([record(0)], { base: 100n }), /where it cannot lie/],
    ['a negative offset', () => batch([record(0)], { base: -9n }), /where it cannot lie/],
    ['the format of before 2017', () => Buffer.from(batch([record(0)]).fill(1, 16, 17)), /that of Kafka before 0.11/],
    ['a format that does not exist', () => Buffer.from(batch([record(0)]).fill(9, 16, 17)), /unknown \(magic 9\)/],
    [
      'a batch that is cut short',
      () => batch([record(0)]).subarray(0, -1),
      /it claims 70 bytes, of which there are 69/,
    ],
    ['a batch that is hardly there', () => batch([record(0)]).subarray(0, 9), /of which there are 9/],
  ])('says of %s why it cannot be read', async (_, bytes, reason) => {
    const bad = bytes();
    const set = await recordSet(bad, [], { endOffset: 100n, isFirst: true });
    expect(set?.records).toEqual([]);
    expect(set?.unreadable?.reason).toMatch(reason);
    expect(set?.unreadable?.bytes).toEqual(bad);
  });

  it('hands over what comes before an unreadable batch, and then that batch by itself', async () => {
    const [good, bad] = [
      batch([record(0), record(1)]),
      damaged(batch([record(0), record(1), record(2), record(3)], { base: 2n }), -1),
    ];
    const after = batch([record(0)], { base: 6n });
    expect(await offsets(recordSet(Buffer.concat([good, bad, after]), []))).toEqual([0, 1]);
    const set = await recordSet(Buffer.concat([bad, after]), []);
    expect(set?.unreadable).toMatchObject({ bytes: bad, nextOffset: 6n });
    // A batch that goes back behind the one before it is damaged, too: the checksum does not cover its offset.
    expect(await offsets(recordSet(Buffer.concat([after, good]), []))).toEqual([6]);
  });

  const partitionOf = (number: number, set: Buffer, error = 0, end = 100) => [
    ...[int32(number), int16(error), int32(0), int32(end), Buffer.alloc(16), int32(0), int32(-1)],
    ...[int32(set.length), set],
  ];
  const fetched = (...partitions: Buffer[][]) =>
    Buffer.concat([
      // Throttling, error and session; one topic with its partitions.
      ...[int32(0), int16(0), int32(0), int32(1), int16(3), Buffer.from('abc'), int32(partitions.length)],
      ...partitions.flat(),
    ]);
  const decoded = async (bytes: Buffer) => {
    installFetchDecoder(mostBytes);
    const { responses } = (await fetchResponse.decode(bytes)) as {
      responses: { partitions: { partition: number; errorCode: number; messages: FetchedMessage[] }[] }[];
    };
    return (responses[0]?.partitions ?? []).map(({ partition, errorCode, messages }) => {
      const set = messages[0]?.set;
      const { records = [], unreadable } = set ?? {};
      return [partition, errorCode, unreadable?.reason ?? records.map(({ value }) => String(value)).join()];
    });
  };

  it('stops only the partition whose batch cannot be read, or whose log the broker cannot read', async () => {
    const good = batch([record(0)]);
    const bad = damaged(good, -1);
    expect(
      await decoded(
        fetched(partitionOf(0, good), partitionOf(1, bad), partitionOf(2, Buffer.alloc(0), 2), partitionOf(3, good)),
      ),
    ).toEqual([
      [0, 0, 'v0'],
      [1, 0, 'its checksum is wrong: bytes of it were changed after it was sent'],
      [2, 0, 'the broker cannot read it (CORRUPT_MESSAGE)'],
      [3, 0, 'v0'],
    ]);
    // The error of a partition that another broker leads now is kafkajs's to answer.
    expect(await decoded(fetched(partitionOf(0, Buffer.alloc(0), 6)))).toEqual([[0, 6, '']]);
  });

  it('waits for the rest of a batch that is cut short, but for the first of a fetch, which comes whole', async () => {
    const [good, cut] = [batch([record(0)]), batch([record(0)]).subarray(0, -1)];
    const answer = await decoded(fetched(partitionOf(0, Buffer.alloc(0)), partitionOf(1, good), partitionOf(2, cut)));
    // Partitions with nothing are left out.
    expect(answer.map(([, , what]) => what)).toEqual(['v0']);
    const [, , first] = (await decoded(fetched(partitionOf(0, Buffer.alloc(0)), partitionOf(1, cut))))[0] ?? [];
    expect(first).toMatch(/^it claims \d+ bytes, of which there are \d+$/);
  });

  it('says which setting a batch exceeds that unpacks to too much, and takes no more of a fetch than its memory has room for', async () => {
    const large = (base: bigint, bytes: number) =>
      batch([record(0, { value: Buffer.alloc(bytes) })], { base, attributes: gzip });
    const bomb = await recordSet(large(0n, mostBytes), []);
    expect(bomb?.unreadable?.reason).toMatch(/^it unpacks to more than 1048576 bytes.*KAFKA_MAX_BATCH_BYTES/);
    const set = Buffer.concat([0n, 1n, 2n, 3n].map((base) => large(base, 600_000)));
    expect(await offsets(recordSet(set, []))).toEqual([0, 1]);
    const answer = await decoded(
      fetched(partitionOf(0, set), partitionOf(1, large(0n, 10)), partitionOf(2, batch([record(0)]))),
    );
    // The second partition has to wait for the next fetch; what is not compressed takes no further memory.
    expect(answer.map(([, , what]) => String(what).length)).toEqual([1_200_001, 2]);
  });

  it('reads what random damage leaves whole, and refuses the rest without a hang (seeded)', async () => {
    const seed = randomInt(2 ** 31);
    const { below } = seededRandom(seed);
    const good = batch(Array.from({ length: 30 }, (_, n) => record(n, { headers: [['id', Buffer.from('x')]] })));
    for (let run = 0; run < 3_000; run++) {
      const bytes = Buffer.from(good);
      for (let hits = 1 + below(3); hits > 0; hits--) bytes[below(bytes.length)] = below(256);
      const startedMs = performance.now();
      // Half of the runs with a checksum that fits, as only then the decoder behind it sees the damage.
      const set = await recordSet(run % 2 === 0 ? bytes : withChecksum(bytes), [], { endOffset: 30n, isFirst: true });
      const where = `seed ${seed}, run ${run}`;
      expect(performance.now() - startedMs, where).toBeLessThan(1_000);
      if (set?.unreadable === undefined)
        for (const one of set?.records ?? []) void [one.key, one.value, one.headers, one.offset];
      else expect(set.unreadable.reason, where).not.toMatch(/RangeError|out of range|outside buffer/);
    }
  });
});
