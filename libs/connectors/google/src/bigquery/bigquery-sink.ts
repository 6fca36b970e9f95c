import { registryOptions } from '@sluice/kafka';
import { tableName, type EventContract, type StoredObject } from '@sluice/contracts';
import { codecOf, createCodec, prefixBytes } from '@sluice/schema-registry';
import type { CollectingSink } from '@sluice/sink';
import { stillWaiting, type AppContext } from '@sluice/telemetry';
import { readScopes, storageService } from '../gcs/storage-service.ts';
import { bigqueryClient } from './bigquery-client.ts';
import type { BigquerySinkConfig } from './settings.ts';
import { kafkaReread } from './rows/kafka-reread.ts';
import { loadJobs, type LoadJobs, type Overdue } from './load/load-jobs.ts';
import { loadMetrics, quotaMetrics, type LoadMetrics } from './load/load-metrics.ts';
import { loadPacing, type LoadPacing } from './load/load-pacing.ts';
import type { Loading } from './load/load-table.ts';
import { ObjectCollector } from './object-collector.ts';
import type { Reread } from './rows/refused-rows.ts';
import { storedRows } from './rows/stored-rows.ts';
import { bucketSize } from './load/token-bucket.ts';
import { warehouseTables } from './table/warehouse-tables.ts';

/** The part of the app's health that says whether load jobs end in time. */
export const loadsPart = 'loads';

/**
 * Announced objects to BigQuery's tables, each row once: see `TableChain`.
 *
 * @param contracts the events that are loaded; announcements of others are skipped
 */
export function bigquerySink(
  config: BigquerySinkConfig,
  contracts: readonly EventContract[],
  { app, logger, metrics, health }: Pick<AppContext, 'app' | 'logger' | 'metrics' | 'health'>,
  reread?: Reread,
): CollectingSink<StoredObject> {
  const { BIGQUERY_DATASET: dataset, BIGQUERY_LOCATION: location } = config;
  const requests = {
    timeoutMs: config.BIGQUERY_REQUEST_TIMEOUT_MS,
    timeoutSetting: 'BIGQUERY_REQUEST_TIMEOUT_MS',
    context: { logger, health },
  };
  const client = bigqueryClient(config, requests);
  const kafka = kafkaReread(config, { app, logger, health });
  const codec = createCodec(registryOptions(config));
  const figures = loadMetrics(metrics);
  const jobs = loadJobs(client, {
    location,
    timeoutMs: config.BIGQUERY_JOB_TIMEOUT_MS,
    overdue: overdueJobs(figures, health, logger),
  });
  const tables = warehouseTables({ client, dataset, location, logger });
  const { pacing, turnMs } = quotaPacing(config, jobs, { logger, metrics });
  const loading: Loading = {
    jobs,
    tables,
    pacing,
    rows: storedRows(storageService(config, { ...requests, scopes: readScopes })),
    settings: {
      group: config.SINK_GROUP ?? app,
      maxBadRecords: config.BIGQUERY_MAX_BAD_RECORDS,
    },
    metrics: figures,
    logger,
    schema: (contract, id, signal) =>
      stillWaiting(
        { what: `the schema registry at ${config.SCHEMA_REGISTRY_URL.join(' or ')}`, signal, logger, health },
        () => codecOf(contract, codec).fetchSchema(schemaPrefix(id)),
      ),
  };
  const origin = {
    group: config.BIGQUERY_OBJECTS_GROUP,
    bucket: config.GCS_BUCKET,
    prefix: config.GCS_PREFIX ?? '',
  };
  const contractOf = contractsByTopic(contracts, logger);

  return {
    gathersMs: config.BIGQUERY_GATHER_MS + turnMs,
    async open(signal) {
      await tables.prepare(contracts, signal);
      health.ready(loadsPart);
    },
    collect: ({ partition }) =>
      new ObjectCollector({
        partition,
        contractOf,
        origin,
        onForeign: () => figures.foreign.inc(),
        tableKey: (contract) => tableName(contract, dataset),
        gatherMs: config.BIGQUERY_GATHER_MS,
        app,
        reread: reread ?? kafka.reread,
        loading,
      }),
    close: () => kafka.close(),
  };
}

/** Paces loads by the quota, and shows how much of it is used. `turnMs` is how long a table waits for its turn once the burst is used. */
function quotaPacing(
  config: BigquerySinkConfig,
  jobs: LoadJobs,
  { logger, metrics }: Pick<AppContext, 'logger' | 'metrics'>,
): { pacing: LoadPacing; turnMs: number } {
  const { BIGQUERY_LOADS_PER_DAY: loadsPerDay, BIGQUERY_LOADS_BURST: burst, BIGQUERY_LOADS_RESERVE: reserve } = config;
  const size = bucketSize({ loadsPerDay, burst, reserve });
  const pacing = loadPacing({ size, reserve, history: jobs.history, logger });
  quotaMetrics(metrics, pacing, loadsPerDay);
  return { pacing, turnMs: size.refillMs };
}

/** The registry's prefix of a value with this schema. */
function schemaPrefix(id: number): Buffer {
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32BE(id, 1);
  return prefix;
}

function overdueJobs(metrics: LoadMetrics, health: AppContext['health'], logger: AppContext['logger']): Overdue {
  const overdue = new Set<string>();
  return {
    report(id, state, forMs) {
      overdue.add(id);
      metrics.overdue.set(overdue.size);
      const reason = `the load job ${id} is ${state} since ${Math.round(forMs / 1000)} s: it was asked to end, and is waited for, as it may still load`;
      health.notReady(loadsPart, reason);
      logger.warn(
        { job: id, state, forMs },
        'a load job takes longer than BIGQUERY_JOB_TIMEOUT_MS; it was asked to end',
      );
    },
    over(id) {
      if (!overdue.delete(id)) return;
      metrics.overdue.set(overdue.size);
      if (overdue.size > 0) return;
      health.ready(loadsPart);
      logger.info({ job: id }, 'no load job is overdue any more');
    },
  };
}

/** The contract of a topic. Logs once that the objects of a topic without one are not loaded. */
function contractsByTopic(
  contracts: readonly EventContract[],
  logger: AppContext['logger'],
): (topic: string) => EventContract | undefined {
  const byTopic = new Map(contracts.map((contract) => [contract.topic, contract]));
  const skipped = new Set<string>();
  return (topic) => {
    const contract = byTopic.get(topic);
    if (contract === undefined && !skipped.has(topic)) {
      skipped.add(topic);
      logger.info({ topic }, 'objects of this topic are not loaded here');
    }
    return contract;
  };
}
