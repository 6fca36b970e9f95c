import { seededRandom } from '@sluice/random';
import type { Scenario, ScenarioContext, ScenarioResult } from '../harness/scenario.ts';
import { faults, type FaultName } from '../harness/warehouse-faults.ts';
import { warehouseScenario } from '../harness/warehouse-scenario.ts';

const warehouse: Scenario = {
  sentence:
    'Both sinks are killed, stopped and disconnected at random points: every record is in one object and in one row. An audit follows each fault.',
  run,
};
export default warehouse;

const usualRounds = 50;
const loadPerSecond = 100;

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const { say, rounds = usualRounds, seed } = context;
  say(`seed ${seed}, ${rounds} rounds`);
  const random = seededRandom(seed);
  const names = Object.keys(faults) as [FaultName, ...FaultName[]];
  const runs = new Map<FaultName, number>(names.map((name) => [name, 0]));
  return warehouseScenario(context, { random, loadPerSecond }, async (scenario) => {
    const shortfalls: string[] = [];
    for (let round = 1; round <= rounds && shortfalls.length === 0; round++) {
      // First each fault once, with an outage of a minute; then random faults with shorter outages.
      const name = names[round - 1] ?? random.pick(names);
      say(`round ${round} of ${rounds}: ${faults[name].sentence}`);
      await faults[name].run(scenario, random, round <= names.length ? 60 : random.whole(2, 8));
      runs.set(name, (runs.get(name) ?? 0) + 1);
      const found = await scenario.audit();
      shortfalls.push(...found.shortfalls.map((shortfall) => `round ${round} (${name}): ${shortfall}`));
      say(
        `${found.records.toLocaleString('en-US')} records: ${found.shortfalls.join('; ') || 'each in one object and one row'}`,
      );
    }
    const { records, objects, rows, lost, duplicates } = await scenario.finish();
    return {
      counted: [
        ['seed', String(seed)],
        ...[...runs].map(([name, times]) => [`rounds: ${faults[name].sentence}`, times] as const),
        ['records in the topic', records],
        ['records in objects', objects],
        ['rows', rows],
        ['lost', lost],
        ['duplicates', duplicates],
      ],
      shortfalls,
    };
  });
}
