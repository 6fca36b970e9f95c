import { randomBytes, randomInt } from 'node:crypto';
import kafkajsDecoder from 'kafkajs/src/protocol/recordBatch/v0/decoder.js';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import fetchResponse from 'kafkajs/src/protocol/requests/fetch/v11/response.js';
import { describe, expect, it } from 'vitest';
import { newFetch, recordSet } from '../../fetch/record-set.ts';
import { appendTime, batch, damaged, gzip, record } from '../../testing/made-batches.ts';
import { installFetchDecoder, type FetchedMessage } from './fetch-decoder.ts';

const mostBytes = 1024 * 1024;

const int16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);
const int32 = (value: number) => Buffer.from([value >> 24, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff]);

/** One partition's part of a fetch. */
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

describe('the decoder of a fetch', () => {
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
      const ours = (await recordSet(bytes, [], 2n ** 63n, newFetch(mostBytes)))?.records ?? [];
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

  it('takes no more of a fetch than its memory has room for', async () => {
    const large = (base: bigint, bytes: number) =>
      batch([record(0, { value: Buffer.alloc(bytes) })], { base, attributes: gzip });
    const set = Buffer.concat([0n, 1n, 2n, 3n].map((base) => large(base, 600_000)));
    const answer = await decoded(
      fetched(partitionOf(0, set), partitionOf(1, large(0n, 10)), partitionOf(2, batch([record(0)]))),
    );
    // The second partition has to wait for the next fetch; what is not compressed takes no further memory.
    expect(answer.map(([, , what]) => String(what).length)).toEqual([1_200_001, 2]);
  });
});
