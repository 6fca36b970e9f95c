import { eventually, type ServerName } from '@sluice/testkit';
import { deliveryResult, deliveryScenario } from '../../harness/delivery-scenario.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../../harness/scenario.ts';

const cluster: Scenario = {
  sentence:
    'On three brokers and two registries, each broker and each registry is killed in turn under load, and an app starts without it: every acknowledged event is a document, once.',
  run,
};
export default cluster;

const perSecond = 2_000;
/** Some seconds' worth. */
const events = 10_000;
const patienceMs = 60_000;

/** What is killed together, one broker and one registry at a time: two of three brokers must remain for a write. */
const failures: readonly (readonly ServerName[])[] = [['kafka', 'registry'], ['kafka-2', 'registry-2'], ['kafka-3']];

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const { say } = context;
  return deliveryScenario(
    context,
    perSecond,
    async ({ start, progress, stack, finish }) => {
      start('elasticsearch-1', 'sinks/elasticsearch');
      await progress(events);
      const times: (readonly [what: string, value: string])[] = [];
      for (const [index, servers] of failures.entries()) {
        const names = servers.join(' and ');
        say(`killing ${names}`);
        const killedMs = performance.now();
        await Promise.all(servers.map((server) => stack.kill(server)));
        await progress(1);
        const pauseMs = performance.now() - killedMs;
        times.push([`${names} killed`, `documents again after ${(pauseMs / 1000).toFixed(1)} s`]);
        await progress(events);
        say('starting a source, which registers its schema');
        const source = start(`host-metrics-${index}`, 'sources/host-metrics');
        await eventually(async () => {
          const response = await fetch(`${await source.telemetryUrl}/ready`);
          if (!response.ok) throw new Error(`the source is not ready: ${await response.text()}`);
        }, patienceMs);
        await source.stop();
        for (const server of servers) await stack.restore(server);
        await progress(events);
      }
      const { totals, acknowledged } = await finish([]);
      const missing = acknowledged - totals.events;
      return deliveryResult(totals, {
        counted: [['  acknowledged to the producer', acknowledged], ...times],
        shortfalls: missing > 0 ? [`${missing} acknowledged events are not in the topic`] : [],
      });
    },
    undefined,
    3,
  );
}
