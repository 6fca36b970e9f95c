import { deliveryResult, deliveryScenario } from '../harness/delivery-scenario.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../harness/scenario.ts';

const mainJob: Scenario = {
  sentence:
    "This machine's metrics reach Elasticsearch once each, although the sink and then Elasticsearch are killed.",
  run,
};
export default mainJob;

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const { say } = context;
  return deliveryScenario(context, 500, async ({ start, progress, stack, finish }) => {
    const source = start('host-metrics', 'sources/host-metrics');
    const sink = start('elasticsearch', 'sinks/elasticsearch');
    await progress(1000);
    say('killing the sink');
    await sink.kill();
    start('elasticsearch', 'sinks/elasticsearch');
    await progress(1000);
    say('killing Elasticsearch');
    await stack.kill('elasticsearch');
    await stack.restore('elasticsearch');
    await progress(1000);
    const { totals, acknowledged } = await finish([source]);
    const measured = totals.records - acknowledged;
    return deliveryResult(totals, {
      counted: [["  of them this machine's metrics", measured]],
      shortfalls: measured > 0 ? [] : ["none of this machine's metrics are in the topic"],
    });
  });
}
