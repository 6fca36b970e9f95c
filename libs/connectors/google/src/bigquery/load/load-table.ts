import type { EventContract } from '@sluice/contracts';
import { UnreadableRecord, type WriterSchema } from '@sluice/schema-registry';
import { coded, type Logger } from '@sluice/telemetry';
import { failureOf, type Failure } from './job-outcome.ts';
import {
  jobConfiguration,
  jobCoverage,
  jobId,
  verifyJob,
  type AnnouncedObject,
  type Job,
  type JobSettings,
  type LoadedTable,
} from './load-job.ts';
import type { LoadJobs } from './load-jobs.ts';
import type { LoadMetrics } from './load-metrics.ts';
import type { LoadPacing } from './load-pacing.ts';
import type { RefusedRow } from '../rows/refused-rows.ts';
import { reportRescued, rescuedLines, type RescuedLines } from '../rows/rescued-rows.ts';
import type { StoredRows } from '../rows/stored-rows.ts';
import type { Claim, Coverage, Outcome, TableChain } from '../table/table-chain.ts';
import { TableConflict } from '../table/table-conflict.ts';
import { isRescued, type RowSchema, type WarehouseTables } from '../table/warehouse-tables.ts';

/** What loading needs, shared by all tables. */
export interface Loading {
  readonly jobs: LoadJobs;
  readonly tables: WarehouseTables;
  readonly pacing: LoadPacing;
  readonly rows: StoredRows;
  readonly settings: JobSettings;
  readonly metrics: LoadMetrics;
  readonly logger: Logger;
  /** The schema of rows by the registry's id. */
  schema(contract: EventContract, id: number, signal: AbortSignal): Promise<WriterSchema>;
}

/** One table's part of a unit. */
export interface TableLoad {
  readonly contract: EventContract;
  readonly chain: TableChain<AnnouncedObject>;
  /** Why each refused row was. */
  readonly refused: RefusedRow[];
  /** Why objects of a kind cannot be loaded: those that come later in the unit are not tried either, see `passKind`. */
  readonly conflicts: Map<string, string>;
  /** Announcements of objects that are not loaded: they are gone, or their table cannot take them. */
  readonly rejected: { readonly announced: AnnouncedObject; readonly reason: string }[];
}

/**
 * Walks a table's chain to the end of what was announced. After an error it may be called again, and continues where it was.
 *
 * @param lastAdded the offset of the last announcement of the unit, whatever its table
 * @returns the offset through which the unit must reach, where a job covers more than it; undefined when all is loaded
 * @throws Error in a sentence when something has to come back or to be changed first
 */
export async function loadTable(
  load: TableLoad,
  loading: Loading,
  unit: { partition: number; lastAdded: bigint; signal: AbortSignal },
): Promise<bigint | undefined> {
  const { chain } = load;
  for (let claim = chain.claim; claim !== undefined; claim = chain.claim) {
    unit.signal.throwIfAborted();
    const known = load.conflicts.get(claim.first.kind);
    if (known !== undefined) {
      rejectKind(load, known, loading);
      continue;
    }
    try {
      const through = await settleClaim(claim, load, loading, unit);
      if (through !== undefined) return through;
    } catch (error) {
      // Some rows of the object are in the table: a dead letter of it would bring them again.
      if (!(error instanceof TableConflict) || claim.row > 0) throw error;
      load.conflicts.set(claim.first.kind, error.message);
    }
  }
  return undefined;
}

/**
 * Dead-letters the announcements of one kind that come next, so that the other tables and kinds continue.
 *
 * Each row stays in the table once: no job loads objects of this kind in this unit any more, and none that begins before them reaches
 * beyond them, as jobs hold one kind. After a crash, a walk that finds the table changed meets the same places.
 */
function rejectKind({ contract, chain, rejected }: TableLoad, reason: string, { metrics, logger }: Loading): void {
  const passed = chain.passKind();
  for (const announced of passed) rejected.push({ announced, reason });
  metrics.conflicts.inc({ table: contract.topic }, passed.length);
  logger.error(
    { topic: contract.topic, objects: passed.length, reason, ...coded('table-conflict') },
    'objects go to the dead letters, as their table cannot take them',
  );
}

/** Brings one claim to its end. @returns as `loadTable` */
async function settleClaim(
  claim: Claim<AnnouncedObject>,
  load: TableLoad,
  loading: Loading,
  { partition, lastAdded, signal }: { partition: number; lastAdded: bigint; signal: AbortSignal },
): Promise<bigint | undefined> {
  const { contract, chain } = load;
  const { jobs, tables, metrics, logger } = loading;
  const table = await tables.find(contract, claim.first.object.format, signal);
  const id = jobId(claim, partition, table);
  const found = await jobs.find(id, signal);
  const made: Made | 'gone' | undefined =
    found === undefined ? await create(id, claim, table, load, loading, signal) : { job: found, isNew: false };
  if (made === undefined) {
    chain.restart();
    return undefined;
  }
  if (made === 'gone') {
    passGone(claim, load, loading);
    return undefined;
  }
  const { job, isNew } = made;
  const coverage = jobCoverage(job, claim);
  if (coverage.last > lastAdded) return coverage.last;
  const objects = chain.objectsThrough(coverage.last);
  verifyJob(job, objects, coverage, table);
  if (!isNew) logger.info({ job: id, table: table.table }, 'adopted a load job that exists');

  const ended = await jobs.ended(id, job, signal);
  const { errorResult, errors } = ended.status ?? {};
  if (errorResult === undefined) {
    report(ended, id, table, objects.length, loading);
    if (isNew && made.rescued !== undefined) reportRescued(contract, table.table, made.rescued, loading);
    chain.settle(coverage, 'loaded');
    return undefined;
  }
  const failure = failureOf(errorResult, errors);
  metrics.jobs.inc({ table: table.table, outcome: 'failed' });
  logger.warn(
    {
      job: id,
      table: table.table,
      objects: objects.length,
      rows: coverage.rows,
      reason: failure.reason,
      ...coded('load-failed'),
    },
    'a load job failed',
  );
  await react(failure, { claim, coverage, objects, load, loading, signal });
  return undefined;
}

/** A claim's job. */
interface Made {
  readonly job: Job;
  readonly isNew: boolean;
  /** In how many rows a value was moved aside, by column; known to the process that made the job. */
  readonly rescued?: RescuedLines['counts'];
}

/**
 * Creates the claim's job, in its turn, once the table has all columns that its rows need. If it has some with another type, the job
 * loads the rows of one object, without the values that their columns do not take.
 *
 * @returns undefined when the table is no longer the one that the id is made for, and `gone` when the object's rows are to be read and it
 *   is not there any more
 */
async function create(
  id: string,
  claim: Claim<AnnouncedObject>,
  { created }: LoadedTable,
  { contract }: TableLoad,
  { jobs, tables, pacing, rows, settings, schema }: Loading,
  signal: AbortSignal,
): Promise<Made | 'gone' | undefined> {
  // As it is now: it may have been deleted and made again, and what was loaded before is in the other one.
  tables.forget(contract);
  const schemaOf = (schemaId: number) => schema(contract, schemaId, signal);
  const schemas = await rowSchemas([claim.first, ...claim.objects], schemaOf);
  const { table: fitted, conflicts } = await tables.fit(contract, schemas, signal);
  const { first } = claim;
  if (conflicts.length > 0 && (await rows.isGone(first.object, signal))) return 'gone';
  const wanted = claim.coverage.rows ?? (conflicts.length > 0 ? { from: claim.row, to: first.rows } : undefined);
  const cut = wanted && (await rows.cut(first.object, wanted, signal));
  const coverage: Coverage =
    wanted === undefined || cut === undefined
      ? claim.coverage
      : { last: first.offset, rows: { from: wanted.from, to: wanted.from + cut.rows.length } };
  const lines =
    cut !== undefined && isRescued(contract, first.object.format) ? rescuedLines(fitted.columns, cut.rows) : undefined;
  const rescued = lines?.counts ?? new Map<string, number>();
  const table = rescued.size > 0 ? await tables.withRescuedColumn(contract, signal) : fitted;
  if (table.created !== created) return undefined;
  await pacing.turn(`${table.dataset}.${table.table}`, claim.isRepair, signal);
  const configuration = jobConfiguration({ ...claim, coverage }, table, settings);
  return { ...(await jobs.create(id, configuration, lines?.data ?? cut?.data, signal)), rescued };
}

/** All schemas of the rows of some objects, each once. */
async function rowSchemas(
  objects: readonly [AnnouncedObject, ...AnnouncedObject[]],
  schema: (id: number) => Promise<WriterSchema>,
): Promise<[RowSchema, ...RowSchema[]]> {
  const read = async ({ format, id }: { format: RowSchema['format']; id: number }): Promise<RowSchema> => {
    const { avro, references = [] } = await schema(id).catch((error: unknown) => {
      throw error instanceof UnreadableRecord ? new TableConflict(error.message) : error;
    });
    return { schema: avro, references, format };
  };
  const [{ object: first }] = objects;
  const kinds = new Map(
    objects.flatMap(({ object: { format, schema_id: id, schema_ids: more } }) =>
      [id, ...more].map((one) => [`${format} ${one}`, { format, id: one }] as const),
    ),
  );
  kinds.delete(`${first.format} ${first.schema_id}`);
  const others = await Promise.all([...kinds.values()].map(read));
  return [await read({ format: first.format, id: first.schema_id }), ...others];
}

interface Failed {
  claim: Claim<AnnouncedObject>;
  coverage: Coverage;
  objects: readonly AnnouncedObject[];
  load: TableLoad;
  loading: Loading;
  signal: AbortSignal;
}

/** Decides what follows on a failed job; throws where it is to be waited first. */
async function react(failure: Failure, failed: Failed): Promise<void> {
  const { claim, coverage, objects, load, loading, signal } = failed;
  const { contract, chain } = load;
  const settle = (outcome: Outcome) => chain.settle(coverage, outcome);
  const later = (): never => {
    settle('again');
    throw new Error(`BigQuery did not load ${contract.topic}: ${failure.reason}`);
  };
  if (failure.kind === 'table') {
    loading.tables.forget(contract);
    chain.restart();
    throw new Error(`BigQuery did not load ${contract.topic}: ${failure.reason}; the table is created again`);
  }
  if (failure.kind === 'columns') {
    const before = await loading.tables.find(contract, claim.first.object.format, signal);
    loading.tables.forget(contract);
    const { table: after } = await loading.tables.fit(
      contract,
      await rowSchemas([claim.first, ...objects], (id) => loading.schema(contract, id, signal)),
      signal,
    );
    if (JSON.stringify(before.columns) !== JSON.stringify(after.columns)) return settle('again');
    // The table has every column of the schema, so it is the rows that do not keep to it.
    if (!/No such field/i.test(failure.reason)) return later();
  } else if (failure.kind === 'again') return later();

  const { object } = claim.first;
  // A load that cannot reach its objects must not be blamed on their rows.
  const isGone = await loading.rows.isGone(object, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    settle('again');
    throw error;
  });
  if (objects.length === 1) {
    if (isGone) return passGone(claim, load, loading);
    if (failure.kind === 'object') return later();
  }
  const before = chain.refused.length;
  settle('refused');
  for (const { object: refused, row } of chain.refused.slice(before))
    load.refused.push({ object: refused.object, row, reason: `BigQuery refuses the row: ${failure.reason}` });
}

/** Dead-letters the announcement of an object that is not there any more. */
function passGone(
  { first, row }: Claim<AnnouncedObject>,
  { contract: { topic }, chain, rejected }: TableLoad,
  { metrics, logger }: Loading,
): void {
  const before = row > 0 ? `; its rows before ${row} are loaded` : '';
  const reason = `the object gs://${first.object.bucket}/${first.object.name} does not exist any more${before}`;
  rejected.push({ announced: first, reason });
  metrics.gone.inc({ table: topic });
  logger.error({ topic, rows: first.object.records, reason, ...coded('object-gone') }, 'an object is lost');
  chain.pass();
}

/** One line a load, and its figures. */
function report(job: Job, id: string, { table }: LoadedTable, objects: number, { metrics, logger }: Loading): void {
  const { load = {}, startTime, creationTime, endTime } = job.statistics ?? {};
  const [rows, badRows] = [Number(load.outputRows ?? 0), Number(load.badRecords ?? 0)];
  metrics.jobs.inc({ table, outcome: 'loaded' });
  metrics.rows.inc({ table }, rows);
  const ms = Number(endTime ?? 0) - Number(startTime ?? creationTime ?? endTime ?? 0);
  logger.info({ job: id, table, objects, rows, ms }, 'loaded');
  if (badRows === 0) return;
  metrics.badRows.inc({ table }, badRows);
  logger.warn(
    { job: id, table, badRows, ...coded('rows-left-out') },
    'BigQuery left rows out, as BIGQUERY_MAX_BAD_RECORDS allows',
  );
}
