import type { TableColumn } from '@sluice/warehouse-schemas';
import { FatalError, describeError } from '@sluice/telemetry';
import { ApiError, bigqueryClient, type ApiRequest } from '../bigquery-client.ts';
import type { BigqueryConfig } from '../settings.ts';
import { queryRows, type QueriedRow } from './query-rows.ts';

/**
 * Reads back what the dataset holds, and asks for its jobs. Its methods throw RequestRefused, FatalError when there is no answer, and the
 * abort reason.
 */
export interface WarehouseReader {
  /** For messages: `BigQuery at https://bigquery.googleapis.com`. */
  readonly name: string;
  readonly dataset: string;
  /** Where the dataset is. */
  readonly location: string;
  project(): Promise<string>;
  /** One request below the project. */
  request(request: Pick<ApiRequest, 'method' | 'path' | 'query' | 'json'>): Promise<unknown>;
  /** Runs a query (GoogleSQL) and gives its rows in pages, with their columns. */
  query(sql: string): AsyncGenerator<{ columns: readonly TableColumn[]; rows: readonly QueriedRow[] }>;
}

/** The service refuses a request. */
export class RequestRefused extends FatalError {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const timeoutMs = 60_000;

/** @param signal abandons requests under way */
export function warehouseReader(config: BigqueryConfig, signal: AbortSignal): WarehouseReader {
  const { BIGQUERY_DATASET: dataset, BIGQUERY_LOCATION: location } = config;
  const client = bigqueryClient(config, { timeoutMs });
  const failure = (error: unknown): unknown => {
    signal.throwIfAborted();
    if (error instanceof ApiError) return new RequestRefused(error.status, `${client.name} refuses: ${error.message}`);
    return new FatalError(describeError(error));
  };
  const reader: WarehouseReader = {
    name: client.name,
    dataset,
    location,
    async project() {
      try {
        return await client.project(signal);
      } catch (error) {
        throw failure(error);
      }
    },
    async request(request) {
      try {
        return await client.request({ ...request, signal });
      } catch (error) {
        throw failure(error);
      }
    },
    query: (sql) => queryRows(reader, sql, signal),
  };
  return reader;
}
