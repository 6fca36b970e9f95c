import { randomBytes } from 'node:crypto';
import kafkajs from 'kafkajs';
import { expect, it } from 'vitest';
import { murmur2 } from './murmur2.ts';

it('is the hash of Kafka itself', () => {
  // From Kafka's UtilsTest.
  const known = { '21': -973932308, foobar: -790332482, 'a-little-bit-long-string': -985981536 };
  for (const [text, hash] of Object.entries(known)) expect(murmur2(Buffer.from(text))).toBe(hash);
});

it('puts every key where kafkajs puts it', () => {
  const choose = kafkajs.Partitioners.DefaultPartitioner();
  const partitions = 1009;
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    leader: 1,
    partitionErrorCode: 0,
    replicas: [],
    isr: [],
  }));
  for (let round = 0; round < 3_000; round++) {
    const key = randomBytes(round % 40);
    const chosen = choose({ topic: 't', partitionMetadata, message: { key, value: null } });
    expect((murmur2(key) & 0x7fffffff) % partitions, key.toString('hex')).toBe(chosen);
  }
});
