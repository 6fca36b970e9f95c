import { tableName, type EventContract } from '@sluice/contracts';
import {
  mergeColumns,
  tableSchema,
  type ColumnMerge,
  type RowFormat,
  type TableColumn,
} from '@sluice/warehouse-schemas';
import type { Logger } from '@sluice/telemetry';
import { ApiError, type BigqueryClient } from '../bigquery-client.ts';

/** What all requests about tables share. */
export interface Dataset {
  readonly client: BigqueryClient;
  readonly dataset: string;
  readonly location: string;
  readonly logger: Logger;
}

/** A table as the API has it: https://cloud.google.com/bigquery/docs/reference/rest/v2/tables */
export interface TableResource {
  etag?: string;
  creationTime?: string;
  schema?: { fields?: readonly TableColumn[] };
}

const mostTries = 5;

/** A table's name without its dataset. */
export const tableId = (contract: EventContract, { dataset }: Pick<Dataset, 'dataset'>): string =>
  tableName(contract, dataset).slice(dataset.length + 1);

/** Creates the dataset where there is none. @throws Error in a sentence when it is in another location */
export async function prepareDataset(
  { client, dataset, location, logger }: Dataset,
  signal: AbortSignal,
): Promise<void> {
  const path = `/datasets/${dataset}`;
  const found = await unlessAbsent(client.request<{ location?: string }>({ path, signal }));
  if (found === undefined) {
    const json = { datasetReference: { datasetId: dataset, projectId: await client.project(signal) }, location };
    await unlessPresent(client.request({ method: 'POST', path: '/datasets', json, signal }));
    logger.info({ dataset, location }, 'created the dataset');
  } else if (found.location !== undefined && found.location.toLowerCase() !== location.toLowerCase())
    throw new Error(
      `the dataset ${dataset} lies in ${found.location}, and BIGQUERY_LOCATION says ${location}: set it to ${found.location}`,
    );
}

/** The table, created for rows of this format where there is none. */
export async function findOrCreate(
  place: Dataset,
  contract: EventContract,
  format: RowFormat,
  signal: AbortSignal,
): Promise<TableResource> {
  const { client, dataset, logger } = place;
  const tables = `/datasets/${dataset}/tables`;
  const find = () =>
    unlessAbsent(client.request<TableResource>({ path: `${tables}/${tableId(contract, place)}`, signal }));
  const found = await find();
  if (found !== undefined) return found;
  const tableReference = {
    projectId: await client.project(signal),
    datasetId: dataset,
    tableId: tableId(contract, place),
  };
  const json = { tableReference, ...tableSchema(contract, format) };
  await unlessPresent(client.request({ method: 'POST', path: tables, json, signal }));
  logger.info({ table: tableName(contract, dataset) }, 'created the table');
  const created = await find();
  if (created === undefined)
    throw new Error(`the table ${tableName(contract, dataset)} was created and is not there yet`);
  return created;
}

/**
 * Adds the columns that the table lacks. The request carries the table's etag, so that of two that add at the same time neither removes
 * the other's columns.
 *
 * @returns the table as it is now, and what rows of these columns disagree with
 */
export async function addColumns(
  place: Dataset,
  contract: EventContract,
  format: RowFormat,
  columns: readonly TableColumn[],
  signal: AbortSignal,
): Promise<{ resource: TableResource; conflicts: ColumnMerge['conflicts'] }> {
  const { client, dataset, logger } = place;
  for (let tries = 1; ; tries++) {
    const resource = await findOrCreate(place, contract, format, signal);
    const merge = mergeColumns(resource.schema?.fields ?? [], columns);
    if (merge.changed.length === 0) return { resource, conflicts: merge.conflicts };
    try {
      const patched = await client.request<TableResource>({
        method: 'PATCH',
        path: `/datasets/${dataset}/tables/${tableId(contract, place)}`,
        json: { schema: { fields: merge.columns } },
        headers: resource.etag === undefined ? {} : { 'if-match': resource.etag },
        signal,
      });
      logger.info({ table: tableName(contract, dataset), columns: merge.changed }, 'the table has gained columns');
      return { resource: patched, conflicts: merge.conflicts };
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 412 && tries < mostTries)) throw error;
    }
  }
}

/** @returns undefined where there is no such thing */
async function unlessAbsent<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404 && error.reason === 'notFound') return undefined;
    throw error;
  }
}

/** Another instance may have been first. */
async function unlessPresent(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 409)) throw error;
  }
}
