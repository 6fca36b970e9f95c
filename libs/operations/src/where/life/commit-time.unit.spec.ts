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

it('the state of a group and a deleted commit do not count as commits', () => {
  expect(committedOffset({ key: key(2), value }, 'elasticsearch', place)).toBeUndefined();
  expect(committedOffset({ key: key(1), value: null }, 'elasticsearch', place)).toBeUndefined();
});

// Where a broker with four partitions keeps the commits of these groups. The hash of the first is negative.
it.each([
  ['elasticsearch', 3],
  ['gcs', 3],
  ['bigquery', 0],
  ['where-d9200cf7', 1],
  ['gcs-3b8edb83', 1],
])('the commits of %s are in partition %i of four', (group, partition) => {
  expect(commitPartition(group, 4)).toBe(partition);
});
