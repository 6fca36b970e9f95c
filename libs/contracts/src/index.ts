export { eventContract, type EventContract, type IdPart, type RefusedPolicy } from './contract/event-contract.ts';
export type {
  ContractField,
  ContractNamed,
  ContractRecord,
  ContractSchema,
  FieldAnnotation,
} from './contract/contract-schema.ts';
export { derivedContract } from './derived/derived-contract.ts';
export { dataContract, type DataContract } from './exports/data-contract.ts';
export { documentSchema, type JsonSchema } from './exports/document-schema.ts';
export { readerSchema, withSchema } from './evolution/followed-schema.ts';
export { withConnectTypes } from './derived/connect-types.ts';
export { derivedRecord, stamp, stampField } from './derived/derived-record.ts';
export type { RegisteredSchema } from './derived/registered-schema.ts';
export { anyObject, jsonSchemaTypes } from './derived/json-schema-types.ts';
export { timeOfJson } from './derived/time-of-json.ts';
export { defaultRules, type TimeField, type TopicRules } from './derived/topic-rules.ts';
export { eventId, eventKey, eventTime } from './contract/event-fields.ts';
export { isTimeZone, rotations, type Rotation } from './names/index-suffix.ts';
export { indexPeriod, type IndexPeriod } from './names/index-period.ts';
export {
  aliasName,
  deadLetterTopic,
  isDeadLetterTopic,
  isIndexOf,
  indexName,
  indexPattern,
  objectName,
  subjectName,
  tableName,
  templateName,
  topicName,
} from './names/names.ts';
export { decimalColumn } from './destinations/decimal-column.ts';
export { columnNames, documentNames, rowNames, sluiceField } from './destinations/field-names.ts';
export { jsonRules, type JsonForm } from './destinations/json-form.ts';
export { renamedFields } from './destinations/renamed-fields.ts';
export type { BucketValue, Question, QuestionColumn } from './questions/question.ts';
export { questions } from './questions/questions.ts';
export * from './events.generated.ts';
