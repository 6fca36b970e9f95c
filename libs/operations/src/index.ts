export { findLoad, findLoads, type LoadFilter } from './loads/find-loads.ts';
export { loadStates, type LoadError, type LoadJob, type LoadState } from './loads/load-job.ts';
export type { WhereAccess } from './where/where-access.ts';
export type { Finding, FoundEvent, Life, LifeStep, WhereAnswer } from './where/where-answer.ts';
export { where } from './where/where.ts';
export { ask, type Answer, type AskAccess, type AskedTime } from './questions/ask.ts';
export type { AnswerCell } from './questions/answer-cell.ts';
export type { Check } from './doctor/check.ts';
export { doctor, type Patient } from './doctor/doctor.ts';
export type { OperationsAccess } from './access.ts';
export { OperationRefused } from './operation-refused.ts';
export { parseFilter, type Filter } from './filter/parse-filter.ts';
export type { FilterSubject } from './filter/test-condition.ts';
export { FilterSyntaxError } from './filter/filter-syntax-error.ts';
export { filterClause, tailCommand } from './filter/filter-clause.ts';
export { unknownPaths, type UnknownPath } from './filter/unknown-paths.ts';
export type { Path } from './filter/condition.ts';
export { tailTopic, type Tail, type TailCounts, type TailItem, type TailOptions } from './tail/tail-topic.ts';
export type { TailEnd, TailStart } from './tail/tail-range.ts';
export { recordAsJson, type DecodedValue, type TailedRecord } from './tail/decode-record.ts';
export {
  describeTopic,
  listTopics,
  type TopicDetails,
  type TopicPartition,
  type TopicSummary,
} from './topics/describe-topics.ts';
export { alterTopic, createTopic, type AlterTopicOptions, type TopicChange } from './topics/change-topics.ts';
export { contractOf, type TopicKind } from './topics/topic-kind.ts';
export { lagReader, type GroupLag, type LagReader, type PartitionLag } from './lag/lag-reader.ts';
export { listGroups, type GroupDetails } from './groups/list-groups.ts';
export type { GroupState } from './groups/group-state.ts';
export {
  applyReset,
  planReset,
  type OffsetMove,
  type ResetOptions,
  type ResetPlan,
  type ResetTarget,
} from './groups/reset-offsets.ts';
export { produceLines, type Produced, type ProduceOptions } from './produce/produce-lines.ts';
export { appAddresses, runningApps, type AppAddress, type RunningApps } from './apps/app-addresses.ts';
export { appHealth, type AppHealth, type Sample } from './apps/app-health.ts';
export { indicesBefore, listIndices, type StoredIndex } from './indices/stored-indices.ts';
export { tapApp, type TapOptions } from './apps/tap-app.ts';
