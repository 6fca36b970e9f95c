import { loadConfig } from '@sluice/config';
import { postgresRules, postgresSettings, tableReader } from '@sluice/connector-postgres';
import { deliveryScenario, type DeliveryDestination } from '../../harness/delivery-scenario.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../../harness/scenario.ts';

const postgres: Scenario = {
  sentence:
    'Under load, the sink, PostgreSQL and the broker are killed, and a sink is suspended while another takes over: every acknowledged event is a row, once.',
  run,
};
export default postgres;

const destination: DeliveryDestination = {
  name: 'postgres',
  title: 'PostgreSQL',
  what: 'rows',
  async count({ POSTGRES_URL }, contract) {
    const config = loadConfig('scenario', postgresSettings, { POSTGRES_URL }, postgresRules);
    const reader = tableReader(config, new AbortController().signal);
    // Without ranges, all rows are outside them.
    return reader
      .outside(contract, [])
      .then(({ foreign }) => foreign)
      .finally(() => reader.close());
  },
};
const sinkFolder = 'sinks/postgres';

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const { say } = context;
  return deliveryScenario(
    context,
    2000,
    async ({ start, progress, stack, conclude }) => {
      let first = start('postgres-1', sinkFolder);
      await progress(5000);
      say('killing the sink');
      await first.kill();
      first = start('postgres-1', sinkFolder);
      await progress(5000);
      say('killing PostgreSQL');
      await stack.kill('postgres');
      await stack.restore('postgres');
      await progress(5000);
      say('a second sink joins, and the first is suspended until the second has its partitions');
      let second = start('postgres-2', sinkFolder);
      await progress(5000);
      process.kill(first.pid, 'SIGSTOP');
      await progress(30_000);
      say('the first wakes up');
      process.kill(first.pid, 'SIGCONT');
      await progress(10_000);
      say('killing the broker');
      await stack.kill('kafka');
      await stack.restore('kafka');
      await progress(5000);
      say('killing both sinks and PostgreSQL');
      await Promise.all([first.kill(), second.kill(), stack.kill('postgres')]);
      await stack.restore('postgres');
      first = start('postgres-1', sinkFolder);
      second = start('postgres-2', sinkFolder);
      await progress(5000);
      return conclude('kill -9 of sink, PostgreSQL, broker, both sinks with PostgreSQL; 1 suspended sink');
    },
    destination,
  );
}
