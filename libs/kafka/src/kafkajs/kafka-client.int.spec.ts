import { kafkaClientContract } from '../testing/contract/kafka-client-contract.ts';
import { connectKafka } from './connect-kafka.ts';

kafkaClientContract(connectKafka, process.env['KAFKA_BROKERS'] ?? '');
