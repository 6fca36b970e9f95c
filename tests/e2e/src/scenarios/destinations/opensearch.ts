import { deliveryScenario, type DeliveryDestination } from '../../harness/delivery-scenario.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../../harness/scenario.ts';

const opensearch: Scenario = {
  sentence:
    'Under load, the sink, OpenSearch and the broker are killed while a second sink joins: every acknowledged event is a document, once.',
  run,
};
export default opensearch;

const destination: DeliveryDestination = {
  name: 'opensearch',
  title: 'OpenSearch',
  what: 'documents',
  settings: { OPENSEARCH_REPLICAS: '0' },
  async count({ OPENSEARCH_URL }, { topic }) {
    const answer = await fetch(`${OPENSEARCH_URL}/${topic}/_count`);
    return answer.ok ? ((await answer.json()) as { count: number }).count : 0;
  },
};
const sinkFolder = 'sinks/opensearch';

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const { say } = context;
  return deliveryScenario(
    context,
    2000,
    async ({ start, progress, stack, conclude }) => {
      let first = start('opensearch-1', sinkFolder);
      await progress(5000);
      say('killing the sink');
      await first.kill();
      first = start('opensearch-1', sinkFolder);
      await progress(5000);
      say('killing OpenSearch');
      await stack.kill('opensearch');
      await stack.restore('opensearch');
      await progress(5000);
      say('a second sink joins, and the broker is killed');
      const second = start('opensearch-2', sinkFolder);
      await progress(5000);
      await stack.kill('kafka');
      await stack.restore('kafka');
      await progress(5000);
      say('killing both sinks');
      await Promise.all([first.kill(), second.kill()]);
      start('opensearch-1', sinkFolder);
      start('opensearch-2', sinkFolder);
      await progress(5000);
      return conclude('kill -9 of sink, OpenSearch, broker, both sinks; 1 join');
    },
    destination,
  );
}
