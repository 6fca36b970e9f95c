export { capturedLog, type LogLine } from './testing/captured-log.ts';
export { holdBack, kafkaApi, kafkaProxy, type RequestFault, type KafkaProxy } from './testing/kafka-proxy.ts';
export { testRun, type TestRun } from './testing/test-run.ts';
export { testKafka, uniqueName, type TestKafka } from './testing/test-kafka.ts';
export { emptyTopic, loseTransaction } from './testing/losing-transactions.ts';
export { setTransactionVersion } from './testing/transaction-version-change.ts';
export { noHandlers } from './testing/no-handlers.ts';
export { accessControl, type AccessControl, type AccessRight } from './testing/access-control.ts';
