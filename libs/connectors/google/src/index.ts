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
export { bucketFacts, type BucketFacts } from './gcs/bucket-facts.ts';
export { bucketReader } from './gcs/bucket-reader.ts';
export { gcsFiles } from './gcs/gcs-files.ts';
export { gcsSink } from './gcs/gcs-sink.ts';
export {
  gcsAccessSettings,
  gcsRules,
  gcsSettings,
  gcsSinkRules,
  gcsSinkSettings,
  type GcsConfig,
  type GcsSinkConfig,
} from './gcs/settings.ts';
