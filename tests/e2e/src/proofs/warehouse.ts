import { seededRandom } from '@sluice/random';
import type { Proof, ProofContext, ProofResult } from '../harness/proof.ts';
import { faults, type FaultName } from '../harness/warehouse-faults.ts';
import { warehouseScene } from '../harness/warehouse-scene.ts';

const warehouse: Proof = {
  sentence:
    'With both sinks killed, stopped and cut off at random points, every record is in one object and in one row: audited after each fault.',
  run,
};
export default warehouse;

const usualRounds = 50;
const loadPerSecond = 100;

async function run(context: ProofContext): Promise<ProofResult> {
  const { say, rounds = usualRounds, seed } = context;
  say(`seed ${seed}, ${rounds} rounds`);
  const random = seededRandom(seed);
  const names = Object.keys(faults) as [FaultName, ...FaultName[]];
  const played = new Map<FaultName, number>(names.map((name) => [name, 0]));
  return warehouseScene(context, { random, loadPerSecond }, async (scene) => {
    const shortfalls: string[] = [];
    for (let round = 1; round <= rounds && shortfalls.length === 0; round++) {
      // Each fault first once, with its outage of a minute; then as chance has it, and shorter.
      const name = names[round - 1] ?? random.pick(names);
      say(`round ${round} of ${rounds}: ${faults[name].sentence}`);
      await faults[name].run(scene, random, round <= names.length ? 60 : random.whole(2, 8));
      played.set(name, (played.get(name) ?? 0) + 1);
      const found = await scene.audit();
      shortfalls.push(...found.shortfalls.map((shortfall) => `round ${round} (${name}): ${shortfall}`));
      say(
        `${found.records.toLocaleString('en-US')} records: ${found.shortfalls.join('; ') || 'each in one object and one row'}`,
      );
    }
    const { records, objects, rows, lost, duplicates } = await scene.finish();
    return {
      counted: [
        ['seed', String(seed)],
        ...[...played].map(([name, times]) => [`rounds: ${faults[name].sentence}`, times] as const),
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
