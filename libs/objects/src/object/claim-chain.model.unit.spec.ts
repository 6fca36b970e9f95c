import { seededRandom } from '@sluice/random';
import { describe, expect, it } from 'vitest';
import { claimChain, runChain, type Damage, type Rule } from '../testing/chain-model.ts';
import type { WriteRule } from '../testing/memory-store.ts';

// CHAIN_RUNS raises the number of runs, CHAIN_SEED repeats one: the seed of run n is the first one's plus n.

const runs = Number(process.env['CHAIN_RUNS'] ?? 20_000);

async function campaign(rule: Rule, count: number): Promise<Damage & { damagedRuns: number }> {
  const seed = Number(process.env['CHAIN_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
  process.stdout.write(`CHAIN_SEED=${seed} ${expect.getState().currentTestName ?? ''}\n`);
  const sum = { lost: 0, duplicated: 0, unsettled: 0, damagedRuns: 0 };
  for (let run = 0; run < count; run++) {
    const { lost, duplicated, unsettled } = await runChain(seededRandom(seed + run), rule).catch((error: unknown) => {
      throw new Error(`with CHAIN_SEED=${seed + run}: ${String(error)}`, { cause: error });
    });
    const isDamaged = lost + duplicated + unsettled > 0;
    if (isDamaged && rule === claimChain) process.stdout.write(`CHAIN_SEED=${seed + run} fails\n`);
    sum.lost += lost;
    sum.duplicated += duplicated;
    sum.unsettled += unsettled;
    sum.damagedRuns += Number(isDamaged);
  }
  return sum;
}

describe('the claim chain, with zombies, crashes, lost answers, gaps and records that cannot be read', () => {
  it(
    `loses and duplicates nothing, and announces every object once, in ${runs} runs (G1, G2, G3)`,
    { timeout: 600_000 },
    async () => {
      expect(await campaign(claimChain, runs)).toEqual({ lost: 0, duplicated: 0, unsettled: 0, damagedRuns: 0 });
    },
  );

  // The rules that look right as well. That the model finds them out shows that it could find a fault in the chain.
  const overwrite: WriteRule = (objects, written) => {
    objects.set(written.name, written);
    return written;
  };
  const firstAndLast: WriteRule = (objects, written) => {
    objects.set(`${written.name}-${written.facts.lastOffset}`, written);
    return written;
  };
  const growOnly: WriteRule = (objects, written) => {
    const existing = objects.get(written.name)?.facts;
    if (existing !== undefined && existing.lastOffset >= written.facts.lastOffset) return undefined;
    objects.set(written.name, written);
    return written;
  };
  const smaller = (own: bigint, delivered: bigint) => (own < delivered ? own : delivered);

  it.each<[string, Rule, keyof Damage]>([
    ['"first offset, overwrite" loses', { ...claimChain, write: overwrite }, 'lost'],
    ['"first and last offset in the name" duplicates', { ...claimChain, write: firstAndLast }, 'duplicated'],
    ['"commit the smaller of the two ends" duplicates', { ...claimChain, commitThrough: smaller }, 'duplicated'],
    ['"grow only" duplicates', { ...claimChain, write: growOnly }, 'duplicated'],
  ])('finds out that %s', async (_, rule, damage) => {
    expect((await campaign(rule, 500))[damage]).toBeGreaterThan(0);
  });
});
