import { join } from 'node:path';
import { hostMetrics } from '@sluice/contracts';
import { eventually, launchStack, startAppProcess, type AppProcess, type LaunchedStack } from '@sluice/testkit';
import { audit, type AuditTotals } from './audit.ts';
import { hostMetricsLoad, type Load } from '../loads/host-metrics-load.ts';
import type { ScenarioContext, ScenarioResult } from './scenario.ts';

/** Servers, a load and sinks to inject faults into. The index shows what arrived. */
export interface DeliveryScenario {
  readonly stack: LaunchedStack;
  /** Starts an app. It is stopped at the end of the scenario, if not before. */
  start(name: string, folder: string): AppProcess;
  /** Waits until the index has so many more documents. */
  progress(documents: number): Promise<void>;
  /** Ends the load and the sources, waits until the sinks have reached the end of the topic, and audits. */
  finish(sources: readonly AppProcess[]): Promise<{ totals: AuditTotals; acknowledged: number }>;
}

/** How long a flow may take to recover from a fault, including server restarts on a busy machine. */
const patienceMs = 120_000;

/** Sets up the scenario, runs it, and stops everything that it started. */
export async function deliveryScenario<T>(
  { say, folder, signal }: ScenarioContext,
  loadPerSecond: number,
  run: (scenario: DeliveryScenario) => Promise<T>,
): Promise<T> {
  say('starting Kafka, the registry and Elasticsearch');
  const stack = await launchStack({
    name: `scenario-${process.pid}`,
    only: ['kafka', 'registry', 'elasticsearch'],
    quiet: true,
  });
  const environment = { ...stack.environment, ELASTICSEARCH_REPLICAS: '0', SINK_SESSION_TIMEOUT_MS: '6000' };
  const running = new Set<AppProcess>();
  let load: Load | undefined;

  const documents = async (): Promise<number> => {
    const answer = await fetch(`${stack.environment['ELASTICSEARCH_URL']}/${hostMetrics.topic}/_count`);
    return answer.ok ? ((await answer.json()) as { count: number }).count : 0;
  };

  try {
    load = await hostMetricsLoad(stack.environment, loadPerSecond, signal);
    return await run({
      stack,
      start(name, app) {
        const process = startAppProcess({ folder: app, environment, logFile: join(folder, `${name}.log`) });
        running.add(process);
        void process.exited.then(() => running.delete(process));
        return process;
      },
      async progress(more) {
        const before = await eventually(documents, patienceMs);
        await eventually(async () => {
          signal.throwIfAborted();
          const now = await documents();
          if (now < before + more) throw new Error(`the index has ${now} documents, and had ${before}`);
        }, patienceMs);
        say(`${(await documents()).toLocaleString('en-US')} documents`);
      },
      async finish(sources) {
        say('ending the load');
        const acknowledged = (await load?.stop()) ?? 0;
        await Promise.all(sources.map((source) => source.stop()));
        say('auditing');
        return { totals: await audit(environment, hostMetrics.topic), acknowledged };
      },
    });
  } finally {
    await load?.stop().catch(() => {});
    await Promise.all([...running].map((app) => app.stop()));
    await stack.stop();
  }
}

/** The result of a scenario in which every event must be one document, and none a dead letter. */
export function deliveryResult(totals: AuditTotals, extra: ScenarioResult): ScenarioResult {
  const { records, events, documents, lost, duplicates, changed, unknown, notYetDelivered, expired, deadLetters } =
    totals;
  const none = (count: number, what: string) => (count === 0 ? [] : [`${count} ${what}`]);
  return {
    counted: [
      ['records in the topic', records],
      ...extra.counted,
      ['documents in the index', documents],
      ['lost', lost],
      ['duplicates', duplicates],
      ['dead letters', deadLetters],
    ],
    shortfalls: [
      ...extra.shortfalls,
      ...(events === documents ? [] : [`${events} events, but ${documents} documents`]),
      ...none(lost, 'lost'),
      ...none(duplicates, 'duplicates'),
      ...none(changed, 'changed on the way'),
      ...none(unknown, 'documents that are not in the topic'),
      ...none(notYetDelivered, 'not delivered in time'),
      ...none(expired, 'deleted by Kafka before they were delivered'),
      ...none(deadLetters, 'dead letters'),
    ],
  };
}
