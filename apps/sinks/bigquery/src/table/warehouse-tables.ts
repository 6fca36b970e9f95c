import type { AvroSchema } from '@sluice/avro';
import { renamedFields, tableName, type EventContract } from '@sluice/contracts';
import {
  mergeColumns,
  rowColumns,
  tableSchema,
  type ColumnMerge,
  type RowFormat,
  type TableColumn,
} from '@sluice/warehouse-schemas';
import type { Logger } from '@sluice/telemetry';
import type { LoadedTable } from '../load/load-job.ts';
import { ApiError, type RestClient } from '../rest-client.ts';
import { TableConflict } from './table-conflict.ts';

/** The dataset and its tables. */
export interface WarehouseTables {
  /**
   * Creates the dataset and the tables that do not exist, and adds columns that the contracts have gained. A table whose columns depend
   * on the objects' format waits for its first object. Repeatable.
   *
   * @throws Error in a sentence when a right is missing or the dataset lies elsewhere
   */
  prepare(contracts: readonly EventContract[], signal: AbortSignal): Promise<void>;
  /** A contract's table as it is known; where it does not exist it is created, for rows of this format. */
  find(contract: EventContract, format: RowFormat, signal: AbortSignal): Promise<LoadedTable>;
  /** The same with columns for such rows, added where it lacks them. @throws TableConflict when a column is of another type */
  fit(
    contract: EventContract,
    schemas: readonly [RowSchema, ...RowSchema[]],
    signal: AbortSignal,
  ): Promise<LoadedTable>;
  /** Makes what is known of a table be asked for again. */
  forget(contract: EventContract): void;
}

export interface RowSchema {
  readonly schema: AvroSchema;
  readonly references: readonly AvroSchema[];
  readonly format: RowFormat;
}

/** A table as the API has it: https://cloud.google.com/bigquery/docs/reference/rest/v2/tables */
interface TableResource {
  etag?: string;
  creationTime?: string;
  schema?: { fields?: readonly TableColumn[] };
}

export function warehouseTables(
  rest: RestClient,
  { dataset, location, logger }: { dataset: string; location: string; logger: Logger },
): WarehouseTables {
  const known = new Map<EventContract, LoadedTable>();
  /** By table: the fields that have been named, with the columns that they are. */
  const named = new Map<string, Set<string>>();
  const nameOf = (contract: EventContract) => tableName(contract, dataset).slice(dataset.length + 1);

  /** Once for each field of a table. */
  const sayRenamed = (contract: EventContract, { schema, references }: Omit<RowSchema, 'format'>): void => {
    const table = tableName(contract, dataset);
    const before = named.get(table) ?? new Set();
    named.set(table, before);
    const fields = Object.entries(renamedFields(schema, 'rows', references)).filter(
      ([field, column]) => !before.has(`${field} ${column}`),
    );
    for (const [field, column] of fields) before.add(`${field} ${column}`);
    if (fields.length > 0)
      logger.info(
        { table, columns: Object.fromEntries(fields) },
        'columns have other names than their fields, as BigQuery reserves these or takes names that differ in case for one',
      );
  };

  const prepareDataset = async (signal: AbortSignal): Promise<void> => {
    const found = await absentAsUndefined(
      rest.bigquery<{ location?: string }>({ path: `/datasets/${dataset}`, signal }),
    );
    if (found === undefined) {
      const json = { datasetReference: { datasetId: dataset, projectId: await rest.project(signal) }, location };
      await unlessThere(rest.bigquery({ method: 'POST', path: '/datasets', json, signal }));
      logger.info({ dataset, location }, 'created the dataset');
    } else if (found.location !== undefined && found.location.toLowerCase() !== location.toLowerCase())
      throw new Error(
        `the dataset ${dataset} lies in ${found.location}, and BIGQUERY_LOCATION says ${location}: set it to ${found.location}`,
      );
  };

  const loaded = async (
    contract: EventContract,
    { creationTime = '', schema }: TableResource,
    signal: AbortSignal,
  ): Promise<LoadedTable> => {
    const table: LoadedTable = {
      project: await rest.project(signal),
      dataset,
      table: nameOf(contract),
      created: creationTime,
      columns: schema?.fields ?? [],
    };
    known.set(contract, table);
    return table;
  };

  const read = (contract: EventContract, signal: AbortSignal) =>
    absentAsUndefined(
      rest.bigquery<TableResource>({ path: `/datasets/${dataset}/tables/${nameOf(contract)}`, signal }),
    );

  const obtain = async (contract: EventContract, format: RowFormat, signal: AbortSignal): Promise<TableResource> => {
    const found = await read(contract, signal);
    if (found !== undefined) return found;
    const tableReference = { projectId: await rest.project(signal), datasetId: dataset, tableId: nameOf(contract) };
    const json = { tableReference, ...tableSchema(contract, format) };
    await unlessThere(rest.bigquery({ method: 'POST', path: `/datasets/${dataset}/tables`, json, signal }));
    logger.info({ table: tableName(contract, dataset) }, 'created the table');
    const created = await read(contract, signal);
    if (created === undefined)
      throw new Error(`the table ${tableName(contract, dataset)} was created and is not there yet`);
    return created;
  };

  /** Adds what is missing, with the table's etag, so that two who add at once do not take each other's columns away. */
  const grow = async (
    contract: EventContract,
    format: RowFormat,
    rows: readonly TableColumn[],
    signal: AbortSignal,
  ): Promise<ColumnMerge> => {
    for (let tries = 1; ; tries++) {
      const resource = await obtain(contract, format, signal);
      const merge = mergeColumns(resource.schema?.fields ?? [], rows);
      if (merge.changed.length === 0) {
        await loaded(contract, resource, signal);
        return merge;
      }
      try {
        const patched = await rest.bigquery<TableResource>({
          method: 'PATCH',
          path: `/datasets/${dataset}/tables/${nameOf(contract)}`,
          json: { schema: { fields: merge.columns } },
          headers: resource.etag === undefined ? {} : { 'if-match': resource.etag },
          signal,
        });
        await loaded(contract, patched, signal);
        logger.info({ table: tableName(contract, dataset), columns: merge.changed }, 'the table has gained columns');
        return merge;
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 412 && tries < 5)) throw error;
      }
    }
  };

  const find: WarehouseTables['find'] = async (contract, format, signal) =>
    known.get(contract) ?? loaded(contract, await obtain(contract, format, signal), signal);

  return {
    async prepare(contracts, signal) {
      await prepareDataset(signal);
      for (const contract of contracts) {
        sayRenamed(contract, { schema: contract.schema, references: [] });
        const [{ schema }, avro] = [tableSchema(contract, 'JSON'), tableSchema(contract, 'AVRO')];
        if (JSON.stringify(schema) !== JSON.stringify(avro.schema)) continue;
        const { conflicts } = await grow(contract, 'JSON', schema.fields, signal);
        if (conflicts.length > 0)
          logger.warn({ table: tableName(contract, dataset), conflicts }, 'the table differs from the contract');
      }
    },
    find,
    async fit(contract, schemas, signal) {
      const [{ format }] = schemas;
      const table = await find(contract, format, signal);
      for (const row of schemas) sayRenamed(contract, row);
      const rows = schemas.map((row) => rowColumns(row.schema, row.format, row.references));
      const lacks = rows.some((columns) => {
        const { changed, conflicts } = mergeColumns(table.columns, columns);
        return changed.length > 0 || conflicts.length > 0;
      });
      if (!lacks) return table;
      for (const columns of rows) {
        const { conflicts } = await grow(contract, format, columns, signal);
        if (conflicts.length > 0)
          throw new TableConflict(
            `the table ${tableName(contract, dataset)} cannot take the rows: ${conflicts.join('; ')}. ` +
              'Change the type of the column, or rename the table and let it be made anew',
          );
      }
      return find(contract, format, signal);
    },
    forget: (contract) => void known.delete(contract),
  };
}

async function absentAsUndefined<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404 && error.reason === 'notFound') return undefined;
    throw error;
  }
}

/** Somebody else was first. */
async function unlessThere(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 409)) throw error;
  }
}
