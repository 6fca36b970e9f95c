export type { KafkaClient } from './kafka-client.ts';
export {
  GroupHasMembers,
  TopicRefused,
  type GroupDescription,
  type GroupMember,
  type GroupState,
  type KafkaAdmin,
  type PartitionDescription,
  type TopicDescription,
  type TopicSetting,
} from './admin/kafka-admin.ts';
export type { FetchedPartition, Followed, TopicFollower } from './fetch/topic-follower.ts';
export { connectKafka } from './kafkajs/connect-kafka.ts';
export {
  kafkaRules,
  schemaRegistryRules,
  kafkaSettings,
  lingerSettings,
  registryOptions,
  schemaRegistrySettings,
  type KafkaConfig,
} from './kafka-settings.ts';
export {
  type AssignedPartition,
  type GroupConsumer,
  type GroupHandlers,
  type GroupOptions,
} from './group/group-consumer.ts';
export type { EventProducer } from './produce/event-producer.ts';
export { RecordsRefused } from './produce/records-refused.ts';
export {
  eventTimeOf,
  InvalidEventTime,
  statedTime,
  timeHeader,
  timeOfOutgoing,
  timeOfValue,
} from './records/event-time.ts';
export { outgoingEvent } from './records/outgoing-event.ts';
export { outgoingBytes, type OutgoingRecord } from './records/outgoing-record.ts';
export type { CommitRequest } from './group/commit-request.ts';
export type { GroupOffset, Place } from './group/group-offset.ts';
export type { GroupOffsets } from './group/group-offsets.ts';
export { PartitionLost } from './group/partition-lost.ts';
export { headerText, kafkaRecord, type KafkaRecord, type RecordHeaders } from './records/kafka-record.ts';
export {
  deadLetterHeaders,
  deadLetterPlace,
  deadLetterTopicSettings,
  readDeadLetterHeaders,
  unreadableBatchClass,
  withoutDeadLetterHeaders,
  type DeadLetter,
} from './records/dead-letter.ts';
export type { UnreadableBatchAt } from './fetch/record-set.ts';
export { UnreadablePartition } from './fetch/topic-reader.ts';
export { idHeader, isIdText, recordId, type Identified } from './records/record-id.ts';
export type { PartitionEnds, PartitionRange, TopicReader } from './fetch/topic-reader.ts';
export { ProducerFenced, type TopicRecord, type TransactionalProducer } from './produce/transactional-producer.ts';
