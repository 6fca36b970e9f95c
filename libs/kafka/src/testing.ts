export { capturedLog, type LogLine } from './captured-log.ts';
export { kafkaApi, kafkaProxy, type Fate, type KafkaProxy } from './kafka-proxy.ts';
export { testRun, type TestRun } from './test-run.ts';
export { testKafka, uniqueName, type TestKafka } from './test-kafka.ts';
export { loseTransaction } from './losing-transactions.ts';
export { setTransactionVersion } from './transaction-version-change.ts';
export { noHandlers } from './no-handlers.ts';
