import { deliveryScenario } from '../harness/delivery-scenario.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../harness/scenario.ts';

const delivery: Scenario = {
  sentence:
    'Under load, the sink, the broker and Elasticsearch are killed in turn, and a second sink joins and leaves: every acknowledged event is a document, once.',
  run,
};
export default delivery;

const sinkFolder = 'sinks/elasticsearch';

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const { say } = context;
  return deliveryScenario(context, 2000, async ({ start, progress, stack, conclude }) => {
    let first = start('elasticsearch-1', sinkFolder);
    await progress(5000);
    say('killing the sink');
    await first.kill();
    first = start('elasticsearch-1', sinkFolder);
    await progress(5000);
    say('a second sink joins');
    let second = start('elasticsearch-2', sinkFolder);
    await progress(5000);
    say('killing the broker');
    await stack.kill('kafka');
    await stack.restore('kafka');
    await progress(5000);
    say('the second sink leaves');
    await second.stop();
    await progress(5000);
    say('it joins again, and Elasticsearch is killed');
    second = start('elasticsearch-2', sinkFolder);
    await stack.kill('elasticsearch');
    await stack.restore('elasticsearch');
    await progress(5000);
    say('killing both sinks');
    await Promise.all([first.kill(), second.kill()]);
    start('elasticsearch-1', sinkFolder);
    start('elasticsearch-2', sinkFolder);
    await progress(5000);
    return conclude('kill -9 of sink, broker, Elasticsearch, both sinks; 1 leave, 2 joins');
  });
}
