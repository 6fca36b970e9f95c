export { RequestRefused, warehouseReader, type WarehouseReader } from './bigquery/reader/warehouse-reader.ts';
export { isRecordCell, numberAt, textAt, type Cell, type QueriedRow } from './bigquery/reader/query-rows.ts';
export { bigquerySink, loadsPart } from './bigquery/bigquery-sink.ts';
export {
  bigqueryRules,
  bigquerySettings,
  bigquerySinkRules,
  bigquerySinkSettings,
  type BigqueryConfig,
  type BigquerySinkConfig,
} from './bigquery/settings.ts';
export { bucketFacts, type BucketFacts } from './gcs/reader/bucket-facts.ts';
export { bucketReader, type BucketReader, type ListedObject } from './gcs/reader/bucket-reader.ts';
export type { ObjectFormat } from './gcs/reader/object-rows.ts';
export { UnreadableObject, type StoredRow } from './gcs/reader/stored-row.ts';
export { gcsSink } from './gcs/gcs-sink.ts';
export {
  gcsRules,
  gcsSettings,
  gcsSinkRules,
  gcsSinkSettings,
  type GcsConfig,
  type GcsSinkConfig,
} from './gcs/settings.ts';
