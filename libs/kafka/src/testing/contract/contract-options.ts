import type { ConnectKafka } from '../../kafka-client.ts';
import type { TestKafka } from '../test-kafka.ts';

/** The client that is held against the contract. */
export interface ContractOptions {
  connectKafka: ConnectKafka;
  /** Connects the client, as one of a test. @param environment more `KAFKA_…` variables */
  connect(brokers: string, environment?: Record<string, string>): Promise<TestKafka>;
  brokers: string;
}
