export { connectKafka, type KafkaClient } from './kafka-client.ts';
export {
  kafkaRules,
  schemaRegistryRules,
  kafkaSettings,
  lingerSettings,
  registryOptions,
  schemaRegistrySettings,
  type KafkaConfig,
} from './kafka-settings.ts';
export { type AssignedPartition, type GroupConsumer, type GroupHandlers, type GroupOptions } from './group-consumer.ts';
export { RecordsRefused, type EventProducer } from './event-producer.ts';
export {
  eventTimeOf,
  InvalidEventTime,
  statedTime,
  timeHeader,
  timeOfOutgoing,
  timeOfValue,
  timeParts,
} from './event-time.ts';
export { outgoingEvent } from './outgoing-event.ts';
export { outgoingBytes, type OutgoingRecord } from './outgoing-record.ts';
export { PartitionLost, type GroupOffsets, type Place, type Settlement } from './group/group-offsets.ts';
export { headerText, kafkaRecord, type KafkaRecord, type RecordHeaders } from './kafka-record.ts';
export {
  deadLetterHeaders,
  deadLetterPlace,
  deadLetterTopicSettings,
  readDeadLetterHeaders,
  withoutDeadLetterHeaders,
  type DeadLetter,
} from './dead-letter.ts';
export type { UnreadableBatchAt } from './fetched-batch.ts';
export { UnreadablePartition } from './topic-reader.ts';
export { idHeader, idText, isIdText, longestIdBytes, recordId } from './record-id.ts';
export type { PartitionEnds, PartitionRange, TopicReader } from './topic-reader.ts';
export { ProducerFenced, type TopicRecord, type TransactionalProducer } from './transactional-producer.ts';
