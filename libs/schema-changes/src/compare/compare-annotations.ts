import type { EventContract } from '@sluice/contracts';
import type { Report } from '../change.ts';

/** Compares what the `sluice` annotations of two versions of a contract say. */
export function compareAnnotations(before: EventContract, after: EventContract, report: Report): void {
  const compared = [
    ['topic-changed', 'topic'],
    ['key-changed', 'key'],
    ['id-changed', 'id'],
    ['time-changed', 'time'],
    ['arrival-changed', 'arrival'],
    ['rotation-changed', 'rotation'],
    ['time-zone-changed', 'timeZone'],
    ['internal-changed', 'internal'],
  ] as const;
  for (const [rule, name] of compared) {
    const [old, now] = [JSON.stringify(before[name]), JSON.stringify(after[name])];
    if (old !== now)
      report(rule, ['sluice', name], '', `its ${name} is ${now ?? 'absent'}, and was ${old ?? 'absent'}`);
  }
  if (before.refused === after.refused) return;
  const rule = after.refused === 'rescue' ? 'refused-rescued' : 'refused-given-up';
  report(rule, ['sluice', 'refused'], '', `its refused is "${after.refused}", and was "${before.refused}"`);
}
