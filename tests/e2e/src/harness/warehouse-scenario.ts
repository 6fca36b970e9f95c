import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectKafka, kafkaSettings } from '@sluice/kafka';
import { loadConfig } from '@sluice/config';
import { hostMetrics, storedObject } from '@sluice/contracts';
import type { Random } from '@sluice/random';
import { createLogger } from '@sluice/telemetry';
import { eventually, launchStack, startAppProcess, type AppProcess } from '@sluice/testkit';
import { auditDestinations, auditShortfalls } from './audit.ts';
import { faultProxy, type FaultProxy } from './fault-proxy.ts';
import { hostMetricsLoad } from '../loads/host-metrics-load.ts';
import type { ScenarioContext } from './scenario.ts';
import { unpacedLoads } from '../loads/unpaced-loads.ts';

/** A load, the sinks gcs and bigquery, and proxies before their servers, to inject faults into. */
export interface WarehouseScenario {
  /** The proxies before Cloud Storage and BigQuery. */
  readonly gcs: FaultProxy;
  readonly bigquery: FaultProxy;
  readonly bigqueryServerPid: number;
  /** The sinks that run now. */
  gcsSink: AppProcess;
  bigquerySink: AppProcess;
  /** Starts a sink whose objects end at other offsets than those of the one before. */
  startGcs(name: string): AppProcess;
  startBigquery(name: string): AppProcess;
  /** Waits until so many more objects have been announced. */
  objectsGrow(objects: number): Promise<void>;
  wait(seconds: number): Promise<void>;
  /** Audits objects and rows while the load continues. */
  audit(): Promise<{ records: number; shortfalls: string[] }>;
  /** Ends the load, waits until the sinks have reached the end of the topic, and audits. */
  finish(): Promise<WarehouseTotals>;
}

interface WarehouseTotals {
  records: number;
  objects: number;
  rows: number;
  lost: number;
  duplicates: number;
  shortfalls: string[];
}

/** How long a flow may take to recover from a fault on a busy machine. */
const patienceMs = 180_000;

/** Sets up the scenario, runs it, and stops everything that it started. */
export async function warehouseScenario<T>(
  { say, folder, signal }: ScenarioContext,
  { random, loadPerSecond }: { random: Random; loadPerSecond: number },
  run: (scenario: WarehouseScenario) => Promise<T>,
): Promise<T> {
  say('starting Kafka, the registry and the stand-ins for Cloud Storage and BigQuery');
  const only = ['kafka', 'registry', 'gcs', 'bigquery'] as const;
  const stack = await launchStack({ name: `scenario-${process.pid}`, only, quiet: true });
  const address = (name: string) => stack.environment[name] ?? '';
  const [gcs, bigquery] = await Promise.all([
    faultProxy(address('GCS_ENDPOINT')),
    faultProxy(address('BIGQUERY_ENDPOINT')),
  ]);
  const running = new Set<AppProcess>();
  const config = loadConfig('scenario', kafkaSettings, { KAFKA_BROKERS: address('KAFKA_BROKERS') });
  const logger = createLogger({ app: 'scenario', level: 'warn', format: 'json', to: 'stderr' });
  const load = await hostMetricsLoad(stack.environment, loadPerSecond, signal);
  const kafka = await connectKafka({ config, clientId: 'scenario', logger, signal });

  const start = (name: string, app: string, settings: Record<string, string>): AppProcess => {
    const process = startAppProcess({
      folder: `sinks/${app}`,
      environment: { ...stack.environment, SINK_SESSION_TIMEOUT_MS: '6000', ...settings },
      logFile: join(folder, `${name}.log`),
    });
    running.add(process);
    void process.exited.then(() => running.delete(process));
    return process;
  };
  // One format for all sinks: an object's name depends on it, so sinks with different formats would not see each other's claims.
  const format = random.pick(['json', 'avro']);
  say(`objects are written as ${format}`);
  const startGcs = (name: string) => {
    const wait = String(random.whole(500, 3_000));
    return start(name, 'gcs', {
      GCS_ENDPOINT: gcs.url,
      GCS_FORMAT: format,
      GCS_OBJECT_RECORDS: String(random.whole(1, 400)),
      GCS_OBJECT_WAIT_MS: wait,
      GCS_SMALL_OBJECT_WAIT_MS: wait,
    });
  };
  const startBigquery = (name: string) =>
    start(name, 'bigquery', {
      BIGQUERY_ENDPOINT: bigquery.url,
      BIGQUERY_GATHER_MS: String(random.whole(200, 3_000)),
      ...unpacedLoads,
    });

  const announced = async (): Promise<number> => {
    const ends = (await kafka.ends(storedObject.topic)) ?? [];
    return ends.reduce((sum, { end }) => sum + Number(end), 0);
  };
  const shortfallsOf = async () => {
    const audits = await auditDestinations(
      stack.environment,
      hostMetrics.topic,
      ['gcs', 'bigquery'],
      patienceMs / 1000,
    );
    return { audits, shortfalls: audits.flatMap(auditShortfalls) };
  };

  try {
    const bigqueryServerPid = stack.servers.find(({ name }) => name === 'bigquery')?.pid;
    if (bigqueryServerPid === undefined) throw new Error('a BigQuery that is not ours cannot be stopped');
    const scenario: WarehouseScenario = {
      ...{ gcs, bigquery, bigqueryServerPid, startGcs, startBigquery },
      gcsSink: startGcs('gcs'),
      bigquerySink: startBigquery('bigquery'),
      async objectsGrow(objects) {
        const before = await announced();
        await eventually(async () => {
          signal.throwIfAborted();
          const now = await announced();
          if (now < before + objects) throw new Error(`${now - before} of ${objects} objects have been announced`);
        }, patienceMs);
      },
      wait: (seconds) => delay(seconds * 1000, undefined, { signal }),
      async audit() {
        signal.throwIfAborted();
        const { audits, shortfalls } = await shortfallsOf();
        return { records: audits[0]?.totals.records ?? 0, shortfalls };
      },
      async finish() {
        say('ending the load, and auditing');
        const acknowledged = await load.stop();
        const { audits, shortfalls } = await shortfallsOf();
        const sum = (name: 'lost' | 'duplicates') => audits.reduce((so, { totals }) => so + totals[name], 0);
        const [objects, rows] = audits.map(({ totals }) => totals.delivered);
        const records = audits[0]?.totals.records ?? 0;
        if (records !== acknowledged)
          shortfalls.push(`${acknowledged} were acknowledged, and ${records} are in the topic`);
        return {
          ...{ records, objects: objects ?? 0, rows: rows ?? 0, shortfalls },
          ...{ lost: sum('lost'), duplicates: sum('duplicates') },
        };
      },
    };
    return await run(scenario);
  } finally {
    await load.stop().catch(() => {});
    await Promise.all([...running].map((app) => app.stop()));
    await kafka.disconnect();
    await Promise.all([gcs.close(), bigquery.close()]);
    await stack.stop();
  }
}
