import { join } from 'node:path';
import { hostMetrics, type EventContract } from '@sluice/contracts';
import {
  eventually,
  launchStack,
  startAppProcess,
  type AppProcess,
  type LaunchedStack,
  type ServerName,
} from '@sluice/testkit';
import { auditDestinations, type AuditTotals } from './audit.ts';
import { hostMetricsLoad, type Load } from '../loads/host-metrics-load.ts';
import type { ScenarioContext, ScenarioResult } from './scenario.ts';

/** A destination, as a scenario needs it. */
export interface DeliveryDestination {
  /** The sink's project, which is the destination's name in the audit. */
  readonly name: ServerName;
  /** Its name for people. */
  readonly title: string;
  /** What a record becomes there. */
  readonly what: 'documents' | 'rows';
  /** Settings of the sink, in addition to the addresses. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How many events of the contract it has. */
  count(environment: Readonly<Record<string, string>>, contract: EventContract): Promise<number>;
}

const elasticsearch: DeliveryDestination = {
  name: 'elasticsearch',
  title: 'Elasticsearch',
  what: 'documents',
  settings: { ELASTICSEARCH_REPLICAS: '0' },
  async count(environment, { topic }) {
    const answer = await fetch(`${environment['ELASTICSEARCH_URL']}/${topic}/_count`);
    return answer.ok ? ((await answer.json()) as { count: number }).count : 0;
  },
};

/** Servers, a load and sinks to inject faults into. */
export interface DeliveryScenario {
  readonly stack: LaunchedStack;
  /** Starts an app. It is stopped at the end of the scenario, if not before. */
  start(name: string, folder: string): AppProcess;
  /** Waits until the destination has so many more events. */
  progress(events: number): Promise<void>;
  /** Ends the load and the sources, waits until the sinks have reached the end of the topic, and audits. */
  finish(sources: readonly AppProcess[]): Promise<{ totals: AuditTotals; acknowledged: number }>;
  /** Finishes a scenario whose only source is the load. @param faults what was injected, for its table */
  conclude(faults: string): Promise<ScenarioResult>;
}

/** How long a flow may take to recover from a fault, including server restarts on a busy machine. */
const patienceMs = 120_000;
const auditWaitSeconds = 180;

/** Sets up the scenario, runs it, and stops everything that it started. */
export async function deliveryScenario<T>(
  { say, folder, signal }: ScenarioContext,
  loadPerSecond: number,
  run: (scenario: DeliveryScenario) => Promise<T>,
  destination = elasticsearch,
  brokers: 1 | 3 = 1,
): Promise<T> {
  const { name, title, what, settings, count } = destination;
  say(`starting Kafka, the registry and ${title}`);
  const stack = await launchStack({
    name: `scenario-${process.pid}`,
    only: ['kafka', 'registry', name],
    brokers,
    quiet: true,
  });
  const environment = { ...stack.environment, ...settings, SINK_SESSION_TIMEOUT_MS: '6000' };
  const running = new Set<AppProcess>();
  let load: Load | undefined;

  const arrived = (): Promise<number> => count(environment, hostMetrics);
  const finish: DeliveryScenario['finish'] = async (sources) => {
    say('ending the load');
    const acknowledged = (await load?.stop()) ?? 0;
    await Promise.all(sources.map((source) => source.stop()));
    say('auditing');
    const [found] = await auditDestinations(environment, hostMetrics.topic, [name], auditWaitSeconds);
    if (found === undefined) throw new Error(`the audit has no result for ${hostMetrics.topic}`);
    return { totals: found.totals, acknowledged };
  };

  try {
    load = await hostMetricsLoad(stack.environment, loadPerSecond, signal);
    return await run({
      stack,
      start(processName, app) {
        const process = startAppProcess({ folder: app, environment, logFile: join(folder, `${processName}.log`) });
        running.add(process);
        void process.exited.then(() => running.delete(process));
        return process;
      },
      async progress(more) {
        const before = await eventually(arrived, patienceMs);
        await eventually(async () => {
          signal.throwIfAborted();
          const now = await arrived();
          if (now < before + more) throw new Error(`${title} has ${now} ${what}, and had ${before}`);
        }, patienceMs);
        say(`${(await arrived()).toLocaleString('en-US')} ${what}`);
      },
      finish,
      async conclude(faults) {
        const { totals, acknowledged } = await finish([]);
        const missing = acknowledged - totals.events;
        const extra: ScenarioResult = {
          counted: [
            ['  acknowledged to the producer', acknowledged],
            ['faults', faults],
          ],
          shortfalls: missing > 0 ? [`${missing} acknowledged events are not in the topic`] : [],
        };
        return deliveryResult(totals, extra, destination);
      },
    });
  } finally {
    await load?.stop().catch(() => {});
    await Promise.all([...running].map((app) => app.stop()));
    await stack.stop();
  }
}

/** The result of a scenario in which every event must be at the destination once, and none a dead letter. */
export function deliveryResult(
  totals: AuditTotals,
  extra: ScenarioResult,
  { title, what } = elasticsearch,
): ScenarioResult {
  const { records, events, documents, lost, duplicates, changed, unknown, notYetDelivered, expired, deadLetters } =
    totals;
  const none = (count: number, what: string) => (count === 0 ? [] : [`${count} ${what}`]);
  return {
    counted: [
      ['records in the topic', records],
      ...extra.counted,
      [`${what} in ${title}`, documents],
      ['lost', lost],
      ['duplicates', duplicates],
      ['dead letters', deadLetters],
    ],
    shortfalls: [
      ...extra.shortfalls,
      ...(events === documents ? [] : [`${events} events, but ${documents} ${what}`]),
      ...none(lost, 'lost'),
      ...none(duplicates, 'duplicates'),
      ...none(changed, 'changed on the way'),
      ...none(unknown, `${what} that are not in the topic`),
      ...none(notYetDelivered, 'not delivered in time'),
      ...none(expired, 'deleted by Kafka before they were delivered'),
      ...none(deadLetters, 'dead letters'),
    ],
  };
}
