import { decimalColumn } from '@sluice/contracts';
import type { RowFormat } from './column.ts';

/** In JSON lines, values are written by `compileTranscoder`. */
const jsonTypes: Readonly<Record<string, string>> = {
  'int date': 'DATE',
  'int time-millis': 'TIME',
  'long time-micros': 'TIME',
  'long timestamp-millis': 'TIMESTAMP',
  'long timestamp-micros': 'TIMESTAMP',
  // Nine digits after the point: three more than a TIMESTAMP takes.
  'long timestamp-nanos': 'STRING',
  'long local-timestamp-millis': 'DATETIME',
  'long local-timestamp-micros': 'DATETIME',
  'long local-timestamp-nanos': 'STRING',
  'fixed uuid': 'STRING',
  'fixed duration': 'STRING',
  // The transcoder writes the text as the JSON that it holds.
  'string json': 'JSON',
};

/** With `useAvroLogicalTypes`: https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-avro#logical_types */
const avroTypes: Readonly<Record<string, string>> = {
  ...jsonTypes,
  'long timestamp-nanos': 'INTEGER',
  'long local-timestamp-nanos': 'INTEGER',
  'fixed uuid': 'BYTES',
  'fixed duration': 'BYTES',
  'string json': 'STRING',
};

/**
 * The column type of a logical type; undefined if that of the underlying type applies.
 *
 * @param base the underlying Avro type, `fixed` for every fixed
 */
export function logicalType(
  base: string,
  { logicalType: logical, precision, scale = 0 }: { logicalType?: unknown; precision?: unknown; scale?: unknown },
  format: RowFormat,
): string | undefined {
  if (typeof logical !== 'string') return undefined;
  if (logical === 'decimal' && (base === 'bytes' || base === 'fixed')) return decimalColumn(precision, scale);
  return (format === 'JSON' ? jsonTypes : avroTypes)[`${base} ${logical}`];
}
