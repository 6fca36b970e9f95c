import { RequestRefused, warehouseReader, type BigqueryConfig, type WarehouseReader } from '@sluice/connector-google';
import { tableName, type EventContract } from '@sluice/contracts';
import { mergeColumns, tableSchema, type TableColumn } from '@sluice/warehouse-schemas';
import { failed, ok, tried, warning, type Checks } from './check.ts';

/** BigQuery: whether the dataset exists, this user may query and list jobs, and the tables have the contracts' columns. */
export async function* checkBigquery(
  config: BigqueryConfig,
  contracts: readonly EventContract[],
  signal: AbortSignal,
): Checks {
  const own = 'BigQuery';
  const rows = warehouseReader(config, signal);
  const dataset = await tried(own, 'dataset', signal, async () => {
    const found = await orAbsent(rows, `/datasets/${encodeURIComponent(rows.dataset)}`);
    if (found === undefined)
      return failed(
        `there is no dataset ${rows.dataset} in the project ${await rows.project()}`,
        'start the sink bigquery, which creates it, or check BIGQUERY_PROJECT and BIGQUERY_DATASET',
      );
    const { location } = found;
    if (typeof location === 'string' && location.toLowerCase() !== rows.location.toLowerCase())
      return failed(
        `the dataset ${rows.dataset} is in ${location}, and BIGQUERY_LOCATION is ${rows.location}`,
        `set BIGQUERY_LOCATION=${location}`,
      );
    return ok(`the dataset ${rows.dataset} exists`);
  });
  yield dataset;
  if (dataset.state === 'failed') return;
  yield await tried(own, 'queries', signal, async () => {
    for await (const page of rows.query('SELECT 1')) if (page.rows.length === 1) return ok('this user may query');
    return failed('a query returns no rows', 'check that BIGQUERY_ENDPOINT is BigQuery');
  });
  yield await tried(own, 'jobs', signal, async () => {
    try {
      await rows.request({ path: '/jobs', query: { maxResults: 1, allUsers: true } });
      return ok('this user may see all jobs');
    } catch (error) {
      if (!(error instanceof RequestRefused) || error.status !== 403) throw error;
      return warning(
        "this user sees its own jobs only, and not the sink's",
        'grant bigquery.jobs.listAll, for `sluice loads` and `sluice where`',
      );
    }
  });
  yield await tried(own, 'tables', signal, () => tables(rows, contracts));
}

async function tables(rows: WarehouseReader, contracts: readonly EventContract[]) {
  const absent: string[] = [];
  const stale: string[] = [];
  for (const contract of contracts) {
    const [dataset = '', table = ''] = tableName(contract, rows.dataset).split('.');
    const found = await orAbsent(rows, `/datasets/${encodeURIComponent(dataset)}/tables/${encodeURIComponent(table)}`);
    if (found === undefined) absent.push(table);
    else {
      const { changed, conflicts } = mergeColumns(columnsOf(found), tableSchema(contract).schema.fields);
      if (conflicts[0] !== undefined)
        return failed(
          `the table ${table} cannot take its event: ${conflicts[0]}`,
          'rename the table, and the sink bigquery makes a new one; or undo the change of the contract',
        );
      if (changed.length > 0) stale.push(`${table} (${changed[0]})`);
    }
  }
  const fix = 'the sink bigquery creates tables and adds columns with the next load';
  if (stale.length > 0) return warning(`columns of the contracts are missing in ${stale.join(', ')}`, fix);
  return absent.length === 0
    ? ok('the tables of all events have the columns of their contracts')
    : warning(`there is no table ${absent.join(', ')}`, fix);
}

async function orAbsent(rows: WarehouseReader, path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const found = await rows.request({ path });
    return typeof found === 'object' && found !== null ? { ...found } : {};
  } catch (error) {
    if (error instanceof RequestRefused && error.status === 404) return undefined;
    throw error;
  }
}

function columnsOf({ schema }: Readonly<Record<string, unknown>>): readonly TableColumn[] {
  const fields: unknown = typeof schema === 'object' && schema !== null && 'fields' in schema ? schema.fields : [];
  return Array.isArray(fields) ? (fields as readonly TableColumn[]) : [];
}
