import { describe } from 'vitest';
import type { ConnectKafka } from '../../kafka-client.ts';
import { testKafka } from '../test-kafka.ts';
import type { ContractOptions } from './contract-options.ts';
import { adminContract } from './admin.ts';
import { eventProducerContract } from './event-producer.ts';
import { groupsContract } from './groups.ts';
import { offsetsContract } from './offsets.ts';
import { topicFollowerContract } from './topic-follower.ts';
import { topicReaderContract } from './topic-reader.ts';
import { topicsContract } from './topics.ts';
import { transactionalProducerContract } from './transactional-producer.ts';

/**
 * What every implementation of `KafkaClient` must keep, against a real broker: revocation before reassignment, fencing, commits that carry
 * the generation, pauses, aborted records and markers, offsets out of range, damaged batches.
 */
export function kafkaClientContract(connectKafka: ConnectKafka, brokers: string): void {
  const options: ContractOptions = {
    connectKafka,
    connect: (address, environment) => testKafka(address, environment, connectKafka),
    brokers,
  };
  describe('topics', () => topicsContract(options));
  describe('reading', () => topicReaderContract(options));
  describe('following', () => topicFollowerContract(options));
  describe('administration', () => adminContract(options));
  describe('writing', () => eventProducerContract(options));
  describe('transactions', () => transactionalProducerContract(options));
  describe('groups', () => groupsContract(options));
  describe('offsets', () => offsetsContract(options));
}
