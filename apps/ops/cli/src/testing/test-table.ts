import { topicName, storedObject, tableName } from '@sluice/contracts';
import type { WarehouseReader } from '@sluice/connector-google';
import { bigqueryAccess } from '../clients/bigquery-access.ts';
import { eventually, serverAddresses } from '@sluice/testkit';
import { expect } from 'vitest';
import { uniqueName } from '@sluice/kafka/testing';
import { tableSchema } from '@sluice/warehouse-schemas';
import { type QueriedRow } from '@sluice/connector-google';
import type { TestEvents } from './test-events.ts';
import type { TestObjects } from './test-objects.ts';

/** A table as the sink bigquery fills it, in a new dataset, with a consumer group. */
export interface TestTable {
  readonly access: WarehouseReader;
  readonly dataset: string;
  readonly group: string;
  /** `dataset.table`. */
  readonly table: string;
  environment: Record<string, string>;
  /** Loads all objects that are in no job yet, and commits all announcements. */
  load(): Promise<void>;
  /** Creates a load job, and waits for its end. */
  job(id: string, uris: readonly string[], labels?: Record<string, string>): Promise<void>;
  /** Commits all announcements. */
  commit(): Promise<void>;
  commitTo(partition: number, offset: bigint): Promise<void>;
  query(sql: string): Promise<QueriedRow[]>;
}

export async function testTable(events: TestEvents, objects: TestObjects, format: 'JSON' | 'AVRO'): Promise<TestTable> {
  const { kafka, contract } = events;
  const dataset = uniqueName('audited').replaceAll('-', '_');
  const group = uniqueName('bigquery');
  const environment = {
    BIGQUERY_ENDPOINT: serverAddresses().bigqueryEndpoint,
    BIGQUERY_PROJECT: 'local',
    BIGQUERY_DATASET: dataset,
  };
  const access = bigqueryAccess(environment, new AbortController().signal);
  const table = tableName(contract, dataset);
  const [, tableId = ''] = table.split('.');
  await access.request({
    method: 'POST',
    path: '/datasets',
    json: { datasetReference: { projectId: 'local', datasetId: dataset }, location: 'US' },
  });
  const { schema, timePartitioning } = tableSchema(contract, format);
  const destinationTable = { projectId: 'local', datasetId: dataset, tableId };
  await access.request({
    method: 'POST',
    path: `/datasets/${dataset}/tables`,
    json: { tableReference: destinationTable, schema, timePartitioning },
  });
  const loaded = new Set<string>();
  const query: TestTable['query'] = async (sql) => {
    const found: QueriedRow[] = [];
    for await (const { rows } of access.query(sql)) found.push(...rows);
    return found;
  };
  const job: TestTable['job'] = async (jobId, sourceUris, labels = {}) => {
    const load = {
      destinationTable,
      sourceUris,
      sourceFormat: format === 'JSON' ? 'NEWLINE_DELIMITED_JSON' : 'AVRO',
      writeDisposition: 'WRITE_APPEND',
      createDisposition: 'CREATE_NEVER',
      ...(format === 'AVRO' ? { useAvroLogicalTypes: true } : { schema }),
    };
    const jobReference = { projectId: 'local', jobId, location: 'US' };
    // The stand-in may answer with the error of a job that has already ended.
    await access
      .request({ method: 'POST', path: '/jobs', json: { jobReference, configuration: { labels, load } } })
      .catch(() => {});
    await eventually(async () => {
      expect(await access.request({ path: `/jobs/${jobId}` })).toMatchObject({ status: { state: 'DONE' } });
    });
  };
  const commitTo: TestTable['commitTo'] = async (partition, nextOffset) => {
    const place = { topic: topicName(storedObject), partition };
    const offsets = kafka.offsetsOf(group, [place]);
    await offsets.commit({ ...place, records: [], nextOffset });
    await offsets.close();
  };
  const commit = async () => {
    for (const { partition, end } of (await kafka.ends(topicName(storedObject))) ?? []) await commitTo(partition, end);
  };
  return {
    access,
    dataset,
    group,
    table,
    environment,
    query,
    job,
    commit,
    commitTo,
    async load() {
      const names = (await objects.names()).filter((name) => !loaded.has(name));
      if (names.length > 0)
        await job(
          uniqueName('sluice_test'),
          names.map((name) => `gs://${objects.bucket}/${name}`),
        );
      for (const name of names) loaded.add(name);
      await commit();
    },
  };
}
