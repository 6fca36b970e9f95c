import { randomInt } from 'node:crypto';
import { seededRandom } from '@sluice/random';
import { describe, expect, it } from 'vitest';
import {
  batch,
  control,
  damaged,
  gzip,
  marker,
  record,
  transactional,
  withChecksum,
  type Given,
} from '../testing/made-batches.ts';
import { newFetch, recordSet as readSet, type FetchState } from './record-set.ts';

const mostBytes = 1024 * 1024;
const recordSet = (
  bytes: Buffer,
  aborted: { producerId: bigint; firstOffset: bigint }[],
  { endOffset = 2n ** 63n, ...fetch }: Partial<FetchState & { endOffset: bigint }> = {},
) => readSet(bytes, aborted, endOffset, { ...newFetch(mostBytes), isFirst: false, ...fetch });

const offsets = async (set: ReturnType<typeof recordSet>) => (await set)?.records.map(({ offset }) => Number(offset));

describe('a fetched record set', () => {
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

  it('hands over what comes before an unreadable batch, and then that batch alone', async () => {
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

  it('names the setting that a batch exceeds when it unpacks to too much, and takes no more of a fetch than memory has room for', async () => {
    const large = (base: bigint, bytes: number) =>
      batch([record(0, { value: Buffer.alloc(bytes) })], { base, attributes: gzip });
    const bomb = await recordSet(large(0n, mostBytes), []);
    expect(bomb?.unreadable?.reason).toMatch(/^it unpacks to more than 1048576 bytes.*KAFKA_MAX_BATCH_BYTES/);
    const set = Buffer.concat([0n, 1n, 2n, 3n].map((base) => large(base, 600_000)));
    expect(await offsets(recordSet(set, []))).toEqual([0, 1]);
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
