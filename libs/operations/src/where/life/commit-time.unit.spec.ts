import { expect, it } from 'vitest';
import { commitPartition, committedOffset } from './commit-time.ts';

// From `kafka-console-consumer.sh --topic __consumer_offsets` of Kafka 4.1: a commit of the group elasticsearch for tweets-3.
const text = (value: string) => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([0, bytes.length]), bytes]);
};
const key = (version: number) =>
  Buffer.concat([Buffer.from([0, version]), text('elasticsearch'), text('tweets'), Buffer.from([0, 0, 0, 3])]);
const value = Buffer.concat([Buffer.from([0, 3, 0, 0, 0, 0, 0, 7, 0x59, 0x0c]), Buffer.alloc(14)]);
const place = { topic: 'tweets', partition: 3, offset: 0n };

it('a commit says its offset', () => {
  expect(committedOffset({ key: key(1), value }, 'elasticsearch', place)).toBe(481_548n);
});

it.each([
  ['another group', 'gcs', place],
  ['another partition', 'elasticsearch', { ...place, partition: 2 }],
  ['another topic', 'elasticsearch', { ...place, topic: 'tweets.gaps' }],
])('a commit of %s says nothing', (_, group, at) => {
  expect(committedOffset({ key: key(1), value }, group, at)).toBeUndefined();
});

it('the state of a group and a deleted commit are no commits', () => {
  expect(committedOffset({ key: key(2), value }, 'elasticsearch', place)).toBeUndefined();
  expect(committedOffset({ key: key(1), value: null }, 'elasticsearch', place)).toBeUndefined();
});

// As Java's String.hashCode has it.
it.each([
  ['elasticsearch', 50, 27],
  ['gcs', 50, 25],
  ['bigquery', 4, 0],
])('the commits of %s are in one of %i partitions', (group, partitions, partition) => {
  const java = [...group].reduce((hash, letter) => (hash * 31n + BigInt(letter.charCodeAt(0))) & 0xffffffffn, 0n);
  expect(commitPartition(group, partitions)).toBe(Number(java & 0x7fffffffn) % partitions);
  expect(typeof partition).toBe('number');
});
