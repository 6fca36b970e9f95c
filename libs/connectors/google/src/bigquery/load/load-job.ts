import { createHash } from 'node:crypto';
import type { StoredObject } from '@sluice/contracts';
import { loadJobId, type TableColumn } from '@sluice/warehouse-schemas';
import type { JobError } from './job-outcome.ts';
import type { Announced, Claim, Coverage } from '../table/table-chain.ts';

/** An announced object and its announcement. */
export interface AnnouncedObject extends Announced {
  readonly object: StoredObject;
}

/** The table that a chain loads. */
export interface LoadedTable {
  readonly project: string;
  readonly dataset: string;
  readonly table: string;
  /** Tells it from another that had its name before. */
  readonly created: string;
  readonly columns: readonly TableColumn[];
}

/** A job as the API has it, in part: https://cloud.google.com/bigquery/docs/reference/rest/v2/Job */
export interface Job {
  jobReference?: { jobId?: string };
  configuration?: {
    labels?: Readonly<Record<string, string>>;
    load?: {
      destinationTable?: { projectId?: string; datasetId?: string; tableId?: string };
      sourceUris?: readonly string[];
    };
  };
  status?: { state?: string; errorResult?: JobError; errors?: readonly JobError[] };
  statistics?: {
    creationTime?: string;
    startTime?: string;
    endTime?: string;
    load?: { outputRows?: string; badRecords?: string; inputFiles?: string; inputFileBytes?: string };
  };
}

/** What all jobs of a sink have in common. */
export interface JobSettings {
  readonly group: string;
  readonly maxBadRecords: number;
}

/**
 * The job's id: see `loadJobId`.
 *
 * It follows from the claim's place and attempt alone. The fingerprint tells the place from one of the same number in a topic or a table
 * that was deleted and made again; the consumer group is not in it, so that one group may follow on another.
 */
export function jobId(claim: Claim<AnnouncedObject>, partition: number, table: LoadedTable): string {
  const { object, offset } = claim.first;
  const place = [
    table.project,
    table.dataset,
    table.table,
    table.created,
    object.bucket,
    object.name,
    object.created.getTime(),
  ];
  const fingerprint = createHash('sha256').update(JSON.stringify(place)).digest('hex').slice(0, 16);
  return loadJobId({ topic: object.topic, partition, offset, row: claim.row, fingerprint, attempt: claim.attempt });
}

/** https://cloud.google.com/bigquery/docs/labels-intro#requirements */
const label = (text: string) =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '_')
    .slice(0, 63);

const objectUri = ({ object }: AnnouncedObject): string => `gs://${object.bucket}/${object.name}`;

/** The configuration of a claim's job. Rows of one object come with the job, others from their objects. */
export function jobConfiguration(claim: Claim<AnnouncedObject>, table: LoadedTable, settings: JobSettings) {
  const { first, coverage, objects } = claim;
  const isAvro = first.object.format === 'AVRO';
  return {
    labels: {
      sluice_group: label(settings.group),
      sluice_topic: label(first.object.topic),
      sluice_first: String(first.offset),
      sluice_last: String(coverage.last),
      sluice_attempt: String(claim.attempt),
      ...(coverage.rows && { sluice_rows: `${coverage.rows.from}-${coverage.rows.to}` }),
    },
    load: {
      destinationTable: { projectId: table.project, datasetId: table.dataset, tableId: table.table },
      createDisposition: 'CREATE_NEVER',
      writeDisposition: 'WRITE_APPEND',
      ...(coverage.rows === undefined && { sourceUris: objects.map(objectUri) }),
      ...(isAvro
        ? {
            sourceFormat: 'AVRO',
            useAvroLogicalTypes: true,
            // As rowColumns has them.
            decimalTargetTypes: ['NUMERIC', 'BIGNUMERIC', 'STRING'],
          }
        : {
            sourceFormat: 'NEWLINE_DELIMITED_JSON',
            schema: { fields: table.columns },
            // Isolating is to find every row that is refused, not to leave some out.
            maxBadRecords: coverage.rows === undefined ? settings.maxBadRecords : 0,
            // What a newer producer has beyond the contract is in the object, and has no column.
            ignoreUnknownValues: true,
          }),
    },
  };
}

/**
 * What a job of this claim's id covers.
 *
 * @throws Error in a sentence when it is not one of this sink's jobs
 */
export function jobCoverage(job: Job, claim: Claim<AnnouncedObject>): Coverage {
  const { labels = {} } = job.configuration ?? {};
  const last = wholeNumber(labels['sluice_last']);
  const rows = /^(\d+)-(\d+)$/.exec(labels['sluice_rows'] ?? '');
  if (labels['sluice_first'] !== String(claim.first.offset) || last === undefined)
    throw new Error(
      `the job ${job.jobReference?.jobId} is named like one of this sink's but lacks its labels, so what it loads is unknown`,
    );
  return { last, ...(rows && { rows: { from: Number(rows[1]), to: Number(rows[2]) } }) };
}

const wholeNumber = (text: string | undefined): bigint | undefined =>
  text !== undefined && /^\d+$/.test(text) ? BigInt(text) : undefined;

/** @throws Error in a sentence when an adopted job loads other objects than were announced, or into another table */
export function verifyJob(job: Job, objects: readonly AnnouncedObject[], coverage: Coverage, table: LoadedTable): void {
  const { destinationTable = {}, sourceUris = [] } = job.configuration?.load ?? {};
  const id = job.jobReference?.jobId;
  if (destinationTable.datasetId !== table.dataset || destinationTable.tableId !== table.table)
    throw new Error(
      `the job ${id} loads ${destinationTable.datasetId}.${destinationTable.tableId}, not ${table.dataset}.${table.table}`,
    );
  if (coverage.rows !== undefined) return;
  const uris = objects.map(objectUri);
  if (uris.length !== sourceUris.length || uris.some((uri, at) => uri !== sourceUris[at]))
    throw new Error(
      `the job ${id} covers ${sourceUris.length} objects, and other ones than the ${uris.length} announced from offset ` +
        `${objects[0]?.offset} through ${coverage.last}: the topic of announcements was changed under it`,
    );
}
